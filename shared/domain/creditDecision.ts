import { z } from "zod";
import { TableName } from "./dataverseValue.ts";

/** An amount of money without its currency: decimal text, never a float, never negative. */
const Amount = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,10})?$/, "must be decimal text such as 1249.5000");
const Currency = z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code");

/** What the plug-in asks before it lets an order be saved. Unknown members are refused. */
export const CreditCheckRequest = z.strictObject({
  /** RequestId of the save; all orders of one CreateMultiple share it. */
  requestId: z.guid().toLowerCase(),
  orderId: z.guid().toLowerCase(),
  orderTable: TableName,
  accountId: z.guid().toLowerCase(),
  amount: Amount,
  currency: Currency,
});
export type CreditCheckRequest = z.infer<typeof CreditCheckRequest>;

/** `review` lets the save through and asks a person; only `decline` may refuse it. */
const Verdict = z.enum(["approve", "decline", "review"]);

/** The answer, always 200 and always within the time promised. */
export const CreditDecision = z.strictObject({
  decision: Verdict,
  /** Whose word it is: the bureau's now, the bureau's last on this account, or our own rule. */
  source: z.enum(["bureau", "last-decision", "policy"]),
  /** Stable and short, for programs and for the dialog. */
  reason: z.string(),
  /** When `source` decided, ISO 8601 UTC; for `last-decision` that lies in the past. */
  decidedAt: z.iso.datetime(),
  /** Of a `last-decision`, when it was used. */
  ageSeconds: z.int().min(0).optional(),
  /** What the bureau allows this account, in the currency asked. */
  limit: Amount.optional(),
});
export type CreditDecision = z.infer<typeof CreditDecision>;

/** A dialog shows it; what is longer is cut. */
const MAX_REASON_LENGTH = 200;

/** What the bureau said on an account, as it answered or as it is remembered. */
export const BureauDecision = z.object({
  decision: Verdict,
  reason: z.string().transform((text) => text.slice(0, MAX_REASON_LENGTH)),
  limit: Amount.optional(),
  /** Of the limit. */
  currency: Currency.optional(),
});
export type BureauDecision = z.infer<typeof BureauDecision>;

/** The bureau's latest decision on an account, with what it was asked. */
export const LastDecision = BureauDecision.extend({
  askedAmount: Amount,
  askedCurrency: Currency,
  /** Epoch ms. */
  decidedAt: z.int(),
});
export type LastDecision = z.infer<typeof LastDecision>;

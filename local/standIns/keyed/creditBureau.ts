import { randomUUID } from "node:crypto";
import { z } from "zod";
import { compareDecimals } from "../decimal.ts";
import { collection } from "./keyedService.ts";
import { Amount } from "./payloads.ts";

const DEFAULT_LIMIT = "10000";

const Question = z.object({
  accountId: z.string().min(1),
  amount: Amount,
  currency: z.string().regex(/^[A-Z]{3}$/),
  orderId: z.string().optional(),
});

/** Declines what is above the account's limit, which holds in whichever currency is asked. */
export function createCreditBureau() {
  const limits = new Map<string, string>();
  const decide = ({ accountId, amount, currency }: z.infer<typeof Question>) => {
    const limit = limits.get(accountId.toLowerCase()) ?? DEFAULT_LIMIT;
    const within = compareDecimals(amount, limit) <= 0;
    return {
      decision: within ? "approve" : "decline",
      reason: within ? "within the limit" : `above the limit of ${limit} ${currency}`,
      limit,
      currency,
      reference: randomUUID(),
    };
  };
  return {
    collections: [
      collection({ name: "decisions", effect: "decision", payload: Question, act: decide }),
    ],
    setLimits: (next: Readonly<Record<string, string>>) => {
      for (const [accountId, limit] of Object.entries(next)) {
        limits.set(accountId.toLowerCase(), limit);
      }
    },
  };
}

import type {
  BureauDecision,
  CreditCheckRequest,
  CreditDecision,
  LastDecision,
} from "./creditDecision.ts";
import { compareDecimals } from "./decimal.ts";

export type CreditPolicy = {
  /** Approved without any bureau, up to and including; decimal text. */
  readonly limit: string;
  readonly currency: string;
  /** A remembered decision older than this says nothing any more. */
  readonly maxAgeMs: number;
};

type Asked = Pick<CreditCheckRequest, "amount" | "currency">;

export function byBureau(bureau: BureauDecision, asked: Asked, now: number): CreditDecision {
  return {
    decision: bureau.decision,
    source: "bureau",
    reason: bureau.reason,
    decidedAt: new Date(now).toISOString(),
    ...limitFor(bureau, asked),
  };
}

/**
 * What the bureau's last decision on the account still supports, or undefined where it says nothing.
 * An approval holds in its own currency up to the limit it named, or else the amount it approved. A
 * decline holds for as much or more; what is smaller goes to a person, as does whatever follows a
 * review: an account under doubt is never approved without the bureau.
 */
export function byLastDecision(
  last: LastDecision,
  asked: Asked,
  { maxAgeMs }: Pick<CreditPolicy, "maxAgeMs">,
  now: number,
): CreditDecision | undefined {
  const ageMs = Math.max(0, now - last.decidedAt);
  if (ageMs > maxAgeMs) return undefined;
  const supported = supports(last, asked);
  if (supported === undefined) return undefined;
  return {
    ...supported,
    source: "last-decision",
    decidedAt: new Date(last.decidedAt).toISOString(),
    ageSeconds: Math.floor(ageMs / 1_000),
    ...limitFor(last, asked),
  };
}

/** Without the bureau's word: approve what the business is willing to risk, else ask a person. Never a decline. */
export function byPolicy(
  { amount, currency }: Asked,
  { limit, currency: own }: Pick<CreditPolicy, "limit" | "currency">,
  now: number,
): CreditDecision {
  const decided = { source: "policy", decidedAt: new Date(now).toISOString() } as const;
  if (currency !== own) return { decision: "review", reason: "policy-other-currency", ...decided };
  return compareDecimals(amount, limit) <= 0
    ? { decision: "approve", reason: "policy-within-limit", ...decided }
    : { decision: "review", reason: "policy-over-limit", ...decided };
}

function supports(
  last: LastDecision,
  { amount, currency }: Asked,
): Pick<CreditDecision, "decision" | "reason"> | undefined {
  const sameCurrency = currency === last.askedCurrency;
  if (last.decision === "approve") {
    const { limit = last.askedAmount } = limitFor(last, { currency });
    return sameCurrency && compareDecimals(amount, limit) <= 0
      ? { decision: "approve", reason: "last-approved" }
      : undefined;
  }
  if (last.decision === "review") return { decision: "review", reason: "last-reviewed" };
  return sameCurrency && compareDecimals(amount, last.askedAmount) >= 0
    ? { decision: "decline", reason: "last-declined" }
    : { decision: "review", reason: "last-declined-other-amount" };
}

/** A limit in another currency is no limit for this question. */
function limitFor(
  { limit, currency }: BureauDecision,
  asked: Pick<Asked, "currency">,
): { limit?: string } {
  return limit !== undefined && currency === asked.currency ? { limit } : {};
}

import { createCreditBureau } from "../adapters/creditBureau.ts";
import { createDecisionStore } from "../adapters/decisionStore.ts";
import { createTable } from "../adapters/tables.ts";
import type { Config } from "../config.ts";
import { type CheckCredit, type CreditAnswer, createCheckCredit } from "../domain/checkCredit.ts";
import type { CreditCheckRequest } from "../domain/creditDecision.ts";
import { byPolicy } from "../domain/creditRules.ts";
import type { Telemetry } from "../domain/telemetryEvent.ts";
import { RetryableError, TerminalError } from "../errors.ts";
import type { Clock } from "../patterns/clock.ts";
import { answerWithin } from "../patterns/deadline.ts";
import { createGuard } from "../patterns/guard.ts";
import { createTally } from "../patterns/tally.ts";

type CreditConfig = Pick<
  Config,
  | "tables"
  | "CREDIT_BUREAU_URL"
  | "CREDIT_BUREAU_TIMEOUT_MS"
  | "CREDIT_STORE_TIMEOUT_MS"
  | "CREDIT_ANSWER_TIMEOUT_MS"
  | "CREDIT_DECISION_MAX_AGE_MS"
  | "CREDIT_POLICY_LIMIT"
  | "CREDIT_POLICY_CURRENCY"
>;

/** Short, since stored answers must be replayed again soon after the tables are back. */
const STORE_PROBE_MS = 1_000;

/** Long enough for a crowd of first callers to have its answers before the hub's SDK is loaded. */
const REPORT_EVERY_MS = 5_000;

/**
 * The credit check with its bounds. The look-up runs beside the bureau and costs nothing while that is
 * being waited for; storing follows. A deadline over it all cuts storing short, and answers by policy only
 * where nothing is decided yet: should the process itself have been held up.
 */
export function createCreditCheck(config: CreditConfig, clock: Clock): CheckCredit {
  const bureau = createGuard({
    timeoutMs: config.CREDIT_BUREAU_TIMEOUT_MS,
    isOutage: (error) => !(error instanceof TerminalError),
  });
  const storeLimitMs = config.CREDIT_STORE_TIMEOUT_MS;
  const lookUpLimitMs = Math.max(storeLimitMs, config.CREDIT_BUREAU_TIMEOUT_MS);
  const tables = createGuard({ timeoutMs: storeLimitMs, probeAfterMs: STORE_PROBE_MS });
  const ask = createCreditBureau({ url: config.CREDIT_BUREAU_URL });
  const table = createTable(config.tables, "credit", { timeoutMs: lookUpLimitMs });
  const loaded = table.call(async () => undefined); // no request: only the SDK, which would cost the first caller
  loaded.catch(() => undefined); // the first look-up meets the same error, and copes
  const store = createDecisionStore(table);
  const policy = {
    limit: config.CREDIT_POLICY_LIMIT,
    currency: config.CREDIT_POLICY_CURRENCY,
    maxAgeMs: config.CREDIT_DECISION_MAX_AGE_MS,
  };
  const checkCredit = createCheckCredit(
    {
      askBureau: (request, key) => bureau((signal) => ask(request, key, signal)),
      recall: (accountId, key, bureauAnswers) =>
        answerWithin(
          storeLimitMs,
          clock,
          () => tables(() => store.recall(accountId, key), { timeoutMs: lookUpLimitMs }),
          () => {
            throw new RetryableError("store-slow", `no look-up within ${storeLimitMs} ms`);
          },
          bureauAnswers,
        ),
      remember: (...given) => tables(() => store.remember(...given)),
      now: clock.now,
    },
    policy,
  );
  const undecided = (request: CreditCheckRequest): CreditAnswer => {
    const decision = byPolicy(request, policy, clock.now());
    const missing = ["bureau", "store"] as const;
    return { body: JSON.stringify(decision), decision, replayed: false, missing };
  };
  return (request, key) => {
    let answer: CreditAnswer | undefined;
    return answerWithin(
      config.CREDIT_ANSWER_TIMEOUT_MS,
      clock,
      () => checkCredit(request, key, (decided) => (answer = decided)),
      () => answer ?? undecided(request),
    );
  };
}

/** The check, with what it decided reported as sums, later: an answer makes no call for it and waits for none. */
export function reportChecks(
  checkCredit: CheckCredit,
  { telemetry, clock }: { readonly telemetry: Telemetry; readonly clock: Clock },
): CheckCredit {
  const count = createTally({
    everyMs: REPORT_EVERY_MS,
    clock,
    tell: (key, value) =>
      void telemetry.emit({ metric: "credit.check", key, value, at: clock.now() }),
  });
  return async (...question) => {
    const answer = await checkCredit(...question);
    if (answer.decision) count(`${answer.decision.source}.${answer.decision.decision}`);
    return answer;
  };
}

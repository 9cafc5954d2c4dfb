import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ParkError, RetryableError, TerminalError } from "../../../../shared/errors.ts";
import {
  type Delivery,
  decideSettlement,
  type Settlement,
} from "../../../../shared/patterns/settlement.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

const HOUR_MS = 60 * 60 * 1_000;
const limits = {
  baseDelayMs: 1_000,
  maxDelayMs: 300_000,
  maxAttempts: 3,
  parkDelayMs: 5_000,
  parkMaxAgeMs: 72 * HOUR_MS,
  reconcileMaxAgeMs: 24 * HOUR_MS,
};

function silence(key: string) {
  const uncertain = { target: "inventory", path: `/reservations/${key}`, key };
  return new RetryableError("inventory", "no answer", { uncertain });
}

const errors = {
  fails: new RetryableError("warehouse", "answered 503"),
  "gives no answer": silence("a"),
  "gives no answer to another call": silence("b"),
  parks: new ParkError("order-busy", "another event is at work"),
  "is refused": new ParkError("breaker-open", "inventory is left alone while it is down"),
  refuses: new TerminalError("no-key", "the event has no correlation"),
};
type Meets = keyof typeof errors;
const isSilence = (meets: Meets) => meets.startsWith("gives no answer");
const isPark = (meets: Meets) => errors[meets] instanceof ParkError;

const aHistory = fc.array(
  fc.record({
    afterMs: fc.constantFrom(0, 1_000, 4 * HOUR_MS, 12 * HOUR_MS),
    meets: fc.constantFrom<Meets>(
      ...(["fails", "fails", "gives no answer", "gives no answer"] as const),
      ...(["gives no answer to another call"] as const),
      ...(["parks", "parks", "parks", "is refused", "is refused", "refuses"] as const),
    ),
  }),
  { maxLength: 24, size: "max" },
);

/** Keeps all that a message has met, and counts it anew each time. */
class Model {
  readonly #met: { readonly meets: Meets; readonly at: number }[] = [];
  /** How much was met by then, and when. */
  readonly #keptAside: { readonly met: number; readonly at: number }[] = [];

  expects(meets: Meets, at: number): string {
    this.#met.push({ meets, at });
    const failures = this.#met.filter(({ meets }) => !isPark(meets)).length;
    const attempts = failures - this.#keptAside.length * limits.maxAttempts;
    const copy = `order~${this.#met.length}`;
    if (meets === "refuses") return "dead-letter no-key";
    const unknown = this.#met.findLast(({ meets }) => isSilence(meets))?.meets;
    const isKnown = ({ meets }: { readonly meets: Meets }) => isSilence(meets) && meets !== unknown;
    const lastKnown = this.#met.findLastIndex(isKnown);
    const firstUnknown = this.#met.findIndex(
      ({ meets }, index) => index > lastKnown && meets === unknown,
    );
    const since = this.#keptAside.find(({ met }) => met > firstUnknown)?.at ?? at;
    const isOverdue = at - since >= limits.reconcileMaxAgeMs;
    if (isPark(meets)) {
      const isLast = attempts + 1 === limits.maxAttempts;
      if (meets === "is refused" && isLast && isOverdue) return "dead-letter outcome-unknown";
      return at >= limits.parkMaxAgeMs
        ? "dead-letter parked-too-long"
        : `schedule ${copy} attempt ${attempts + 1}`;
    }
    if (attempts < limits.maxAttempts) return `schedule ${copy} attempt ${attempts + 1}`;
    if (unknown === undefined) return "dead-letter attempts-exhausted";
    this.#keptAside.push({ met: this.#met.length, at });
    return isOverdue ? "dead-letter outcome-unknown" : `reconcile ${copy} attempt 1`;
  }
}

function shown(settlement: Exclude<Settlement, { action: "complete" }>): string {
  if (settlement.action === "dead-letter") return `dead-letter ${settlement.reason}`;
  const { id, attempt } = settlement.copy;
  return `${settlement.action} ${id} attempt ${attempt}`;
}

describe("any history of failures and parkings", () => {
  it(
    "repeats no id, spends an attempt only on a failure, and ends within the attempts",
    unhurried,
    () =>
      everyHistory(
        fc.property(aHistory, (history) => {
          const model = new Model();
          let delivery: Delivery = { id: "order", attempt: 1, hop: 0, firstSeenAt: 0, history: [] };
          let now = 0;
          const actual: string[] = [];
          const expected: string[] = [];
          for (const { afterMs, meets } of history) {
            now += afterMs;
            const settlement = decideSettlement(errors[meets], delivery, limits, {
              now,
              random: 0,
            });
            actual.push(shown(settlement));
            expected.push(model.expects(meets, now));
            if (settlement.action === "dead-letter") break;
            delivery = settlement.copy;
          }
          expect(actual).toEqual(expected);
        }),
      ),
  );
});

import { type OrderStore } from "../../../shared/adapters/orderStore.ts";
import { createProcessOrder } from "../../../shared/domain/processOrder.ts";
import { TerminalError } from "../../../shared/errors.ts";
import type { Clock } from "../../../shared/patterns/clock.ts";
import { guidFromName } from "../../../shared/patterns/digest.ts";
import { createIdempotency } from "../../../shared/patterns/idempotency.ts";
import { anEvent, aRow } from "../../support/anOrder.ts";
import { type Call, type Executor, LEASE_MS } from "../executor.ts";

const LIMITS = { visibleWithinMs: 150_000, abandonedAfterMs: 20 * LEASE_MS };

export type OrderExecutorOptions = {
  readonly store: OrderStore;
  readonly clock: Pick<Clock, "now">;
  /** The answer that an order's row keeps. */
  readonly keptAnswer: (order: string, correlationId: string) => Promise<string | undefined>;
};

/**
 * Order processing as it ships, one submission a call: the key is the submission, the payload names the order, `reserve`
 * is the reservation, `confirm` the write-back. A duplicate of an order answers its outcome; the answer given here is the
 * one in its row, read by the harness afterwards.
 */
export function createOrderExecutor({ store, clock, keptAnswer }: OrderExecutorOptions): Executor {
  const { claim } = createIdempotency({ store, clock, leaseMs: LEASE_MS });
  const { load, note, fence } = store;

  const process = ({ steps, redelivered = false, ...call }: Call) => {
    const processOrder = createProcessOrder(
      {
        ledger: { load, note, fence, claim },
        clock,
        readRow: async ({ rowId }) => aRow({ rowId }),
        inventory: {
          reserve: async () => ({ outcome: "reserved", reservationId: await steps.reserve() }),
          release: neverCalled,
        },
        procurement: { request: neverCalled, cancel: neverCalled },
        sendCommand: async () => undefined,
        writeBack: steps.confirm,
        telemetry: { emit: async () => undefined },
      },
      LIMITS,
    );
    return processOrder(eventOf(call), {
      attempt: redelivered ? 2 : 1,
      repeated: redelivered,
      deadLetterReason: (error) => (error instanceof TerminalError ? error.code : undefined),
      startsOver: () => false,
      answered: () => undefined,
    });
  };

  return {
    async run(call) {
      const { order, outcome } = await process(call);
      const answer = await keptAnswer(order, eventOf(call).correlationId);
      if (answer === undefined)
        throw new Error(`${order} came out ${outcome}, and without an answer`);
      return answer;
    },
  };
}

function eventOf({ key, payload }: Pick<Call, "key" | "payload">) {
  return anEvent({ rowId: guidFromName(payload), correlationId: guidFromName(key) });
}

function neverCalled(): Promise<never> {
  return Promise.reject(new Error("no order here is short or withdrawn"));
}

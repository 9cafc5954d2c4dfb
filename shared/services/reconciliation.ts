import type { KeyedHttp } from "../adapters/keyedHttp.ts";
import { asAttempt, lineageOf } from "../adapters/messageDelivery.ts";
import type { MessageSender, OutgoingMessage } from "../adapters/serviceBusSender.ts";
import { createTable } from "../adapters/tables.ts";
import { createUncertainTable } from "../adapters/uncertainTable.ts";
import type { Config } from "../config.ts";
import type { UncertainCall } from "../errors.ts";
import type { Clock } from "../patterns/clock.ts";
import { createReconciliation } from "../patterns/reconciliation.ts";

type ReconciliationOptions = {
  readonly config: Pick<Config, "tables" | "RECONCILE_MAX_AGE_MS" | "RETRY_MAX_ATTEMPTS">;
  readonly clock: Clock;
  readonly senderOf: (queue: string) => MessageSender;
  /** The systems that are called under a key, by name. */
  readonly targets: Readonly<Record<string, Pick<KeyedHttp, "has">>>;
};

/** What happens to a message whose attempts ended without the outcome of its last call being known. */
export function createReconciliationServices({
  config,
  clock,
  senderOf,
  targets,
}: ReconciliationOptions) {
  const store = createUncertainTable(createTable(config.tables, "reconciliation"));
  const had = async ({ target, path }: UncertainCall) => {
    const system = targets[target];
    if (system === undefined) throw new Error(`${target} is not called under a key`);
    return await system.has(path);
  };
  return {
    keepUncertain: (queue: string) => async (call: UncertainCall, message: OutgoingMessage) => {
      const since = lineageOf(message.applicationProperties ?? {})?.uncertain?.since ?? clock.now();
      await store.keep({ queue, call, message, since });
    },
    reconcileOutcomes: createReconciliation({
      store,
      had,
      send: (queue, message) => senderOf(queue).send(message),
      sendLast: (queue, message) =>
        senderOf(queue).send(asAttempt(message, config.RETRY_MAX_ATTEMPTS)),
      clock,
      maxAgeMs: config.RECONCILE_MAX_AGE_MS,
    }),
  };
}

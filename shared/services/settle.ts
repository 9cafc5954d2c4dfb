import type { ServiceBusQueueHandler } from "@azure/functions";
import {
  createMessageSettler,
  type MessageHandler,
  type SettlerOptions,
} from "../adapters/messageSettler.ts";
import type { MessageSender } from "../adapters/serviceBusSender.ts";
import { createDeadLetter } from "../adapters/settlementClient.ts";
import type { Config } from "../config.ts";
import type { Clock } from "../patterns/clock.ts";
import type { SettlementLimits } from "../patterns/settlement.ts";

/** Wraps the handler of a queue function: what it returns or throws decides how its message is settled. */
export type Settle = (
  queue: "orders" | "warehouse" | "dataverseEvents",
  handler: MessageHandler,
) => ServiceBusQueueHandler;

type SettleOptions = {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: () => number;
  /** The worker's own arguments, where the host says how to reach its Settlement service. */
  readonly argv: readonly string[];
  readonly senderOf: (queue: string) => MessageSender;
  readonly keepUncertain: (queue: string) => SettlerOptions["keepUncertain"];
};

/** One way of settling for every queue function. */
export function createSettle({
  config,
  clock,
  random,
  argv,
  senderOf,
  keepUncertain,
}: SettleOptions): Settle {
  const limits: SettlementLimits = {
    baseDelayMs: config.RETRY_BASE_DELAY_MS,
    maxDelayMs: config.RETRY_MAX_DELAY_MS,
    maxAttempts: config.RETRY_MAX_ATTEMPTS,
    parkDelayMs: config.PARK_DELAY_MS,
    parkMaxAgeMs: config.PARK_MAX_AGE_MS,
    reconcileMaxAgeMs: config.RECONCILE_MAX_AGE_MS,
  };
  const deadLetter = createDeadLetter({ argv });
  const settlerOf = (queue: string) =>
    createMessageSettler({
      sender: senderOf(queue),
      deadLetter,
      keepUncertain: keepUncertain(queue),
      limits,
      clock,
      random,
    });
  const settlers = {
    orders: settlerOf(config.ORDERS_QUEUE),
    warehouse: settlerOf(config.WAREHOUSE_QUEUE),
    dataverseEvents: settlerOf(config.DATAVERSE_EVENTS_QUEUE),
  };
  return (queue, handler) => settlers[queue](handler);
}

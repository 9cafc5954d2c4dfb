import { randomUUID } from "node:crypto";
import type { app } from "@azure/functions";
import { createServiceBusSenders } from "./adapters/serviceBusSender.ts";
import type { Config } from "./config.ts";
import { type Clock, systemClock } from "./patterns/clock.ts";
import type { Reconciled } from "./patterns/reconciliation.ts";
import { createBreakers } from "./services/breakers.ts";
import { createEdgeServices, type EdgeServices } from "./services/edge.ts";
import { createReadHealth, type Health } from "./services/health.ts";
import { createIntakeServices, type IntakeServices } from "./services/intake.ts";
import { createOrderServices, type OrderServices } from "./services/orders.ts";
import { createReconciliationServices } from "./services/reconciliation.ts";
import { createSweepRetention } from "./services/retention.ts";
import { createSettle, type Settle } from "./services/settle.ts";

export type { Settle };

/** The part of `app` that functions register with; tests pass a recording one. */
export type FunctionApp = Pick<typeof app, "http" | "serviceBusQueue" | "eventHub" | "timer">;

/** Every use-case and port that a function may ask for. */
export type Services = IntakeServices &
  Pick<OrderServices, "processOrder" | "dispatchShipment" | "discardCommand"> &
  EdgeServices & {
    readonly clock: Clock;
    readonly settle: Settle;
    readonly readHealth: () => Health;
    readonly reconcileOutcomes: () => Promise<Reconciled>;
    readonly sweepRetention: ReturnType<typeof createSweepRetention>;
  };

/** Composition root: adapters, then policies, then use-cases. Clients are created on first use, once a process. */
export function createServices(config: Config): Services {
  const clock = systemClock;
  const senderOf = createServiceBusSenders({
    connection: config.serviceBus,
    clock,
    timeoutMs: config.BUS_TIMEOUT_MS,
  });
  const edge = createEdgeServices(config, clock, randomUUID);
  const { telemetry } = edge;
  const breakers = createBreakers({ config, clock, newId: randomUUID, telemetry });
  const orders = createOrderServices({
    config,
    clock,
    newId: randomUUID,
    telemetry,
    senderOf,
    breakers,
  });
  const { readOrder, targets, ...orderUseCases } = orders;
  const { keepUncertain, reconcileOutcomes } = createReconciliationServices({
    config,
    clock,
    senderOf,
    targets,
  });
  return {
    clock,
    settle: createSettle({
      config,
      clock,
      random: Math.random,
      argv: process.argv,
      senderOf,
      keepUncertain,
    }),
    reconcileOutcomes,
    sweepRetention: createSweepRetention(config, clock),
    ...edge,
    readHealth: createReadHealth({
      telemetryDropped: edge.telemetry.dropped,
      breakers: breakers.states,
    }),
    ...orderUseCases,
    ...createIntakeServices({ config, clock, senderOf, readOrder, telemetry }),
  };
}

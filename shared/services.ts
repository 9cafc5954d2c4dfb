import type { app, InvocationContext, ServiceBusQueueHandler } from "@azure/functions";
import { createServiceBusSenders } from "./adapters/serviceBusSender.ts";
import type { Config } from "./config.ts";
import type { OrderProfile } from "./domain/orderProfile.ts";
import { type Clock, systemClock } from "./patterns/clock.ts";
import type { Delivery } from "./patterns/settlement.ts";
import { createEdgeServices, type EdgeServices } from "./services/edge.ts";
import { createIntakeServices, type IntakeServices } from "./services/intake.ts";

/** The part of `app` that functions register with; tests pass a recording one. */
export type FunctionApp = Pick<typeof app, "http" | "serviceBusQueue" | "eventHub" | "timer">;

/** Wraps the handler of a queue function: what it returns or throws decides how its message is settled. */
export type Settle = (
  queue: "orders" | "warehouse" | "dataverseEvents",
  handler: (body: Uint8Array, context: InvocationContext, delivery: Delivery) => Promise<void>,
) => ServiceBusQueueHandler;

/** Every use-case and port that a function may ask for. */
export type Services = IntakeServices &
  EdgeServices & {
    readonly clock: Clock;
    readonly profile: OrderProfile;
    readonly settle: Settle;
  };

/** Composition root: adapters, then policies, then use-cases. Clients are created on first use, once a process. */
export function createServices(config: Config): Services {
  const clock = systemClock;
  const senderOf = createServiceBusSenders({ connection: config.serviceBus, clock });
  const settle: Settle = (_queue, handler) => async (body, context) => {
    const delivery = { id: "", attempt: 1, hop: 0, firstSeenAt: clock.now(), history: [] };
    await handler(body as Uint8Array, context, delivery);
  };
  return {
    clock,
    profile: config.orderProfile,
    settle,
    ...createEdgeServices(config, clock),
    ...createIntakeServices({ config, clock, senderOf, readOrder: async () => undefined }),
  };
}

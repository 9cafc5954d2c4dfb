import type { app } from "@azure/functions";
import type { Config } from "./config.ts";
import { type OrderProfile, orderProfile } from "./domain/orderProfile.ts";
import type { Clock } from "./patterns/clock.ts";
import { systemClock } from "./patterns/clock.ts";

/** The part of `app` that functions register with; tests pass a recording one. */
export type FunctionApp = Pick<typeof app, "http" | "serviceBusQueue" | "eventHub" | "timer">;

/** Every use-case and port that a function may ask for. */
export type Services = {
  readonly clock: Clock;
  readonly profile: OrderProfile;
};

/** Composition root: adapters, then policies, then use-cases. Clients are created on first use, once a process. */
export function createServices(config: Config): Services {
  const clock = systemClock;
  const profile = orderProfile(config.ORDER_TABLE);
  return { clock, profile };
}

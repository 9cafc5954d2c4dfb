import type { Config } from "../config.ts";
import type { Clock } from "../patterns/clock.ts";
import { createCreditCheck, reportChecks } from "./credit.ts";
import { createTelemetryServices } from "./telemetry.ts";

export type EdgeServices = ReturnType<typeof createEdgeServices>;

/** The part of the composition root around the order flow: credit check and telemetry. */
export function createEdgeServices(config: Config, clock: Clock, newId: () => string) {
  const { telemetry, ...telemetryUseCases } = createTelemetryServices(config, clock, newId);
  return {
    checkCredit: reportChecks(createCreditCheck(config, clock), { telemetry, clock }),
    /** Where steps report; never throws, never waits longer than its limit. */
    telemetry,
    ...telemetryUseCases,
  };
}

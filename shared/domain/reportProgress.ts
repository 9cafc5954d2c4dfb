import type { Progress } from "./progress.ts";
import type { Telemetry } from "./telemetryEvent.ts";

export type StepTelemetry = {
  readonly telemetry: Telemetry;
  readonly clock: { readonly now: () => number };
};

/** One reading a committed step, and one for how the attempt as a whole came out. */
export async function reportProgress(
  { telemetry, clock }: StepTelemetry,
  { timings }: Progress,
  outcome: string,
): Promise<void> {
  await Promise.all([
    ...timings.map(({ step, outcome, ms, at }) =>
      telemetry.emit({ metric: `order.${step}.ms`, key: outcome, value: ms, at }),
    ),
    telemetry.emit({ metric: "order.attempt", key: outcome, value: 1, at: clock.now() }),
  ]);
}

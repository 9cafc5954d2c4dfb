import { createBreakerTable } from "../adapters/breakerTable.ts";
import { createTable } from "../adapters/tables.ts";
import type { Config } from "../config.ts";
import type { Telemetry } from "../domain/telemetryEvent.ts";
import { RetryableError } from "../errors.ts";
import type { Clock } from "../patterns/clock.ts";
import { createFleetBreakers, type FleetBreakers } from "../patterns/fleetBreakers.ts";

export type BreakerConfig = Pick<
  Config,
  "tables" | "BREAKER_FAILURES" | "BREAKER_OPEN_MS" | "BREAKER_PROBES" | "TARGET_TIMEOUT_MS"
>;

type BreakerOptions = {
  readonly config: BreakerConfig;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly telemetry: Telemetry;
};

/** A breaker that costs more than this to look at is done without. */
const TABLE_TIMEOUT_MS = 1_000;
/** A target that asks for longer is tried by one message or another after this: its answer may be a mistake. */
const MAX_OPEN_MS = 5 * 60_000;
/** What storing a probe and its result may take besides its call, and then some. */
const PROBE_MARGIN_MS = 5_000;

/** The breakers around the outside systems that orders need, shared by all instances through one table. */
export function createBreakers({ config, clock, newId, telemetry }: BreakerOptions): FleetBreakers {
  const table = createTable(config.tables, "breakers", { timeoutMs: TABLE_TIMEOUT_MS });
  return createFleetBreakers({
    store: createBreakerTable({ table, newId }),
    clock,
    newId,
    limits: {
      failures: config.BREAKER_FAILURES,
      openMs: config.BREAKER_OPEN_MS,
      maxOpenMs: MAX_OPEN_MS,
      probes: config.BREAKER_PROBES,
      probeMs: config.TARGET_TIMEOUT_MS + PROBE_MARGIN_MS,
    },
    isOutage: (error) => error instanceof RetryableError,
    onChange: (name, state) => {
      void telemetry.emit({ metric: `breaker.${name}`, key: state, value: 1, at: clock.now() });
    },
  });
}

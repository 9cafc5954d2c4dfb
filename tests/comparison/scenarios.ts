import type { Scenario } from "./scenario.ts";
import { failures } from "./scenarios/failures.ts";
import { leases } from "./scenarios/leases.ts";
import { once } from "./scenarios/once.ts";

/** Every promise that a column is judged by, in the order they are shown. */
export const scenarios: readonly Scenario[] = [...once, ...leases, ...failures];

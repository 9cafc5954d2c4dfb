import type { Act } from "./act.ts";
import { backOrdered } from "./backOrdered.ts";
import { creditChecks } from "./creditChecks.ts";
import { poisonMessage } from "./poisonMessage.ts";
import { sameEventAgain } from "./sameEventAgain.ts";
import { shipped } from "./shipped.ts";
import { telemetryTotals } from "./telemetryTotals.ts";
import { warehouseOffline } from "./warehouseOffline.ts";
import { withdrawn } from "./withdrawn.ts";

/** What the demo plays, in this order. */
export const story: readonly Act[] = [
  creditChecks.approved,
  creditChecks.declined,
  shipped,
  backOrdered,
  sameEventAgain,
  warehouseOffline,
  withdrawn,
  poisonMessage,
  telemetryTotals,
];

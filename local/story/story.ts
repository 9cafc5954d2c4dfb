import { backOrdered } from "./backOrdered.ts";
import { creditChecks } from "./creditChecks.ts";
import { poisonMessage } from "./poisonMessage.ts";
import { sameEventAgain } from "./sameEventAgain.ts";
import { shipped } from "./shipped.ts";
import { telemetryTotals } from "./telemetryTotals.ts";
import { warehouseOffline } from "./warehouseOffline.ts";
import { withdrawn } from "./withdrawn.ts";
import type { World } from "./world.ts";

/** One act: returns what was seen, in a sentence; throws when it is not what must be. */
export type Act = { readonly title: string; readonly play: (world: World) => Promise<string> };

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

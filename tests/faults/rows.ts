import type { Row } from "./row.ts";
import { breakerShared } from "./rows/breakerShared.ts";
import { busDown } from "./rows/busDown.ts";
import { creditCheck } from "./rows/creditCheck.ts";
import { duplicates, etagStorm, lockLost, lostDisposition } from "./rows/crowds.ts";
import { hostileBodies } from "./rows/hostileBodies.ts";
import { killAfterSend, killWebhookAfterSend } from "./rows/killAfterSend.ts";
import { kills } from "./rows/kills.ts";
import { lostBegin, lostEnd } from "./rows/lostAnswers.ts";
import { maintenance } from "./rows/maintenance.ts";
import { nothingDurable } from "./rows/nothingDurable.ts";
import { scaleIn } from "./rows/scaleIn.ts";
import { storageSilent, storageThrottled } from "./rows/storageTrouble.ts";
import { exhausted, flapping, spaced, unknownOutcome } from "./rows/targetTrouble.ts";
import { twoRelays } from "./rows/twoRelays.ts";
import { withdrawnInFlight } from "./rows/withdrawnInFlight.ts";
import { zombie } from "./rows/zombie.ts";

/** All of them. Neighbours with the same hosts and settings run on the same processes. */
export const rows: readonly Row[] = [
  ...kills,
  killAfterSend,
  killWebhookAfterSend,
  busDown,
  nothingDurable,
  storageThrottled,
  storageSilent,
  lostDisposition,
  flapping,
  hostileBodies,
  creditCheck,
  zombie,
  lostBegin,
  lostEnd,
  spaced,
  exhausted,
  unknownOutcome,
  etagStorm,
  duplicates,
  lockLost,
  withdrawnInFlight,
  twoRelays,
  scaleIn,
  breakerShared,
  maintenance,
];

/** What `npm test` has time for: two kills, a bus that is gone and a zombie, all on the same host. */
export const quickRows: readonly string[] = [
  "kill-after-effect",
  "kill-after-schedule",
  "bus-down-at-intake",
  "zombie",
];

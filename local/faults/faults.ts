import { delayDeliveries } from "./delayDeliveries.ts";
import { detachLinks } from "./detachLinks.ts";
import { dropConnections } from "./dropConnections.ts";
import { dropDispositions } from "./dropDispositions.ts";
import { duplicateDeliveries } from "./duplicateDeliveries.ts";
import { expireLocks } from "./expireLocks.ts";
import type { Fault } from "./fault.ts";
import { reorderDeliveries } from "./reorderDeliveries.ts";
import { rewindPartition } from "./rewindPartition.ts";

/**
 * What the broker's HTTP port does wrong on request, so that tests need not wait for it: `POST
 * /faults/{name}` with the arguments as JSON answers 200 and what was done, 400 for wrong arguments.
 *
 * | name | arguments | effect |
 * |---|---|---|
 * | `duplicate-deliveries` | queue, count = 1 | so many completions are confirmed, and their messages come again |
 * | `expire-locks` | queue, sequenceNumber? | the lock of this message, or every lock, ends now |
 * | `detach-links` | address | links of the entity are detached; locks go on |
 * | `drop-connections` | | every client's connection breaks without a word |
 * | `drop-dispositions` | queue, count = 1 | so many dispositions by link get lost: no effect, no answer |
 * | `delay-deliveries` | queue, ms | nothing is delivered for so long |
 * | `reorder-deliveries` | queue, count | so many messages that are there are delivered last first |
 * | `rewind-partition` | hub, partition, events | readers that are attached get so many events once more |
 */
export const faults: ReadonlyMap<string, Fault> = new Map([
  ["duplicate-deliveries", duplicateDeliveries],
  ["expire-locks", expireLocks],
  ["detach-links", detachLinks],
  ["drop-connections", dropConnections],
  ["drop-dispositions", dropDispositions],
  ["delay-deliveries", delayDeliveries],
  ["reorder-deliveries", reorderDeliveries],
  ["rewind-partition", rewindPartition],
]);

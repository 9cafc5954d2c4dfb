import type { CheckpointStore } from "@azure/event-hubs";
import type { Connection } from "../connections.ts";
import { openContainer } from "../storage/openContainer.ts";

/** The container in which the real host keeps checkpoints and ownership. */
const CHECKPOINT_CONTAINER = "azure-webjobs-eventhub";

/**
 * Checkpoints and partition ownership as blobs in the host's own storage. Creates the container; rejects
 * while the storage does not answer.
 */
export async function openCheckpointStore(connection: Connection): Promise<CheckpointStore> {
  const [container, { BlobCheckpointStore }] = await Promise.all([
    openContainer(connection, CHECKPOINT_CONTAINER),
    import("@azure/eventhubs-checkpointstore-blob"),
  ]);
  return new BlobCheckpointStore(container);
}

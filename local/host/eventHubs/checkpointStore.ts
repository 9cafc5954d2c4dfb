import type { CheckpointStore } from "@azure/event-hubs";
import { type Connection, credentialOf } from "../connections.ts";

/** The container in which the real host keeps checkpoints and ownership. */
const CHECKPOINT_CONTAINER = "azure-webjobs-eventhub";

/** `UseDevelopmentStorage=true` written out: blobs of the storage emulator on its own port. */
const DEVELOPMENT_STORAGE = /^\s*UseDevelopmentStorage=true\s*;?\s*$/i;

/** A storage call gives up after this long, so that an event never waits for a storage that is gone. */
const TRY_TIMEOUT_MS = 10_000;

/**
 * Checkpoints and partition ownership as blobs in the host's own storage. Creates the container; rejects
 * while the storage does not answer.
 */
export async function openCheckpointStore(connection: Connection): Promise<CheckpointStore> {
  const [{ ContainerClient }, { BlobCheckpointStore }] = await Promise.all([
    import("@azure/storage-blob"),
    import("@azure/eventhubs-checkpointstore-blob"),
  ]);
  const options = { retryOptions: { maxTries: 2, tryTimeoutInMs: TRY_TIMEOUT_MS } };
  const container =
    connection.kind === "connectionString"
      ? new ContainerClient(
          DEVELOPMENT_STORAGE.test(connection.connectionString)
            ? "UseDevelopmentStorage=true"
            : connection.connectionString,
          CHECKPOINT_CONTAINER,
          options,
        )
      : new ContainerClient(
          new URL(CHECKPOINT_CONTAINER, `${connection.endpoint.replace(/\/$/, "")}/`).href,
          await credentialOf(connection),
          options,
        );
  await container.createIfNotExists();
  return new BlobCheckpointStore(container);
}

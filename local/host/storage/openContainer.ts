import type { ContainerClient } from "@azure/storage-blob";
import { type Connection, credentialOf } from "../connections.ts";
import { writtenOut } from "./developmentStorage.ts";

/** A storage call gives up after this long, so that nothing waits for a storage that is gone. */
const TRY_TIMEOUT_MS = 10_000;

/** A blob container of the host's own storage. Creates it; rejects while the storage does not answer. */
export async function openContainer(
  connection: Connection,
  name: string,
): Promise<ContainerClient> {
  const { ContainerClient } = await import("@azure/storage-blob");
  const options = { retryOptions: { maxTries: 2, tryTimeoutInMs: TRY_TIMEOUT_MS } };
  const container =
    connection.kind === "connectionString"
      ? new ContainerClient(writtenOut(connection.connectionString), name, options)
      : new ContainerClient(
          new URL(name, `${connection.endpoint.replace(/\/$/, "")}/`).href,
          await credentialOf(connection),
          options,
        );
  await container.createIfNotExists();
  return container;
}

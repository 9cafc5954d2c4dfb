import type { ContainerClient } from "@azure/storage-blob";
import type { Connection } from "../connection.ts";
import type { DeadBodyPorts } from "../domain/deadBody.ts";
import { sha256 } from "../patterns/digest.ts";

const CONTAINER = "dead-bodies";
const TIMEOUT_MS = 4_000;

/**
 * Bodies as blobs named by their digest: the repeat that Dataverse sends after a 503 finds its blob
 * already there. The container is created when the first body meets none.
 */
export function createDeadBodies(connection: Connection): DeadBodyPorts["keepBody"] {
  let container: Promise<ContainerClient> | undefined;

  return async function keepBody(bytes, reason) {
    container ??= connect(connection);
    const client = await container;
    const name = sha256(bytes);
    const put = () =>
      client.getBlockBlobClient(name).upload(bytes, bytes.byteLength, {
        abortSignal: AbortSignal.timeout(TIMEOUT_MS),
        metadata: { reason },
        blobHTTPHeaders: { blobContentType: "application/octet-stream" }, // no viewer may run it
      });
    try {
      await put();
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ContainerNotFound") throw error;
      await client.createIfNotExists({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
      await put();
    }
    return name;
  };
}

async function connect(connection: Connection): Promise<ContainerClient> {
  const { BlobServiceClient } = await import("@azure/storage-blob");
  const options = { retryOptions: { maxTries: 1 } };
  if (connection.kind === "connectionString") {
    const { connectionString } = connection;
    return BlobServiceClient.fromConnectionString(connectionString, options).getContainerClient(
      CONTAINER,
    );
  }
  const { credentialOf } = await import("./credential.ts");
  const credential = await credentialOf(connection);
  return new BlobServiceClient(connection.endpoint, credential, options).getContainerClient(
    CONTAINER,
  );
}

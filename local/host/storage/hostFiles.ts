import type { ContainerClient } from "@azure/storage-blob";
import type { Connection } from "../connections.ts";
import { openContainer } from "./openContainer.ts";

/** Where the real host keeps its locks and the status of timers. */
const HOSTS_CONTAINER = "azure-webjobs-hosts";

/** Opens the host's own container on first use, and again after a failure. */
export function hostFiles(connection: Connection): () => Promise<ContainerClient> {
  let opening: Promise<ContainerClient> | undefined;
  return () => {
    opening ??= openContainer(connection, HOSTS_CONTAINER).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

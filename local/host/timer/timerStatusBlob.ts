import type { ContainerClient } from "@azure/storage-blob";
import { parseStatusJson, type TimerStatusStore, toStatusJson } from "./timerStatus.ts";

/** A timer's status as JSON in a blob, by the real host's names. */
export function timerStatusBlob(
  container: () => Promise<ContainerClient>,
  blobName: string,
): TimerStatusStore {
  const blob = async () => (await container()).getBlockBlobClient(blobName);
  return {
    read: async () => {
      try {
        const content = await (await blob()).downloadToBuffer();
        return parseStatusJson(content.toString("utf8"));
      } catch (error) {
        const { statusCode } = error as { readonly statusCode?: number };
        if (statusCode === 404) return undefined;
        throw error;
      }
    },
    write: async (status) => {
      const text = JSON.stringify(toStatusJson(status));
      await (await blob()).upload(text, Buffer.byteLength(text), {
        blobHTTPHeaders: { blobContentType: "application/json" },
      });
    },
  };
}

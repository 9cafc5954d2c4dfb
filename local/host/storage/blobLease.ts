import type { ContainerClient } from "@azure/storage-blob";
import type { LeasePort } from "./lease.ts";

/** The lease of a blob, which is created empty when it is not there. `container` opens it on first use. */
export function blobLease(
  container: () => Promise<ContainerClient>,
  blobName: string,
  leaseMs: number,
): LeasePort {
  const client = async (id?: string) =>
    (await container()).getBlobClient(blobName).getBlobLeaseClient(id);
  return {
    acquire: async () => {
      const blob = (await container()).getBlockBlobClient(blobName);
      await blob
        .upload("", 0, { conditions: { ifNoneMatch: "*" } })
        .catch(unless("BlobAlreadyExists", "LeaseIdMissing"));
      const lease = await client();
      const taken = await lease.acquireLease(leaseMs / 1_000).catch(unless("LeaseAlreadyPresent"));
      return taken?.leaseId;
    },
    renew: async (id) => {
      const lease = await client(id);
      const renewed = await lease.renewLease().catch(unless(...lost));
      return renewed !== undefined;
    },
    release: async (id) => {
      const lease = await client(id);
      await lease.releaseLease().catch(unless(...lost));
    },
  };
}

const lost = [
  "LeaseIdMismatchWithLeaseOperation",
  "LeaseLost",
  "LeaseNotPresentWithLeaseOperation",
  "LeaseIsBrokenAndCannotBeRenewed",
  "BlobNotFound",
  "ContainerNotFound",
];

/** Makes undefined of the service's answers that are expected; throws the others. */
function unless(...codes: readonly string[]) {
  return (error: unknown): undefined => {
    const { code = "" } = error as { readonly code?: string };
    if (!codes.includes(code)) throw error;
  };
}

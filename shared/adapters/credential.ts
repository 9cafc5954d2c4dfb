import type { TokenCredential } from "@azure/identity";

const credentials = new Map<string | undefined, Promise<TokenCredential>>();

/**
 * The managed identity named by its client id, else whatever this machine offers. One a process and identity: it
 * caches tokens. Loaded on first use, since the package alone costs a third of a second.
 */
export function credentialOf({
  clientId,
}: {
  readonly clientId?: string | undefined;
}): Promise<TokenCredential> {
  const known = credentials.get(clientId);
  if (known !== undefined) return known;
  const created = create(clientId);
  credentials.set(clientId, created);
  return created;
}

async function create(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import("@azure/identity");
  return clientId === undefined
    ? new DefaultAzureCredential()
    : new DefaultAzureCredential({ managedIdentityClientId: clientId });
}

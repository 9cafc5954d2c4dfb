import type { TokenCredential } from "@azure/identity";
import type { Settings } from "./settings.ts";
import { StartUpError } from "./startUpError.ts";

/** How a binding reaches its service: a connection string, or an endpoint with a managed identity. */
export type Connection =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | {
      readonly kind: "identity";
      readonly endpoint: string;
      readonly clientId: string | undefined;
      readonly tenantId: string | undefined;
      readonly clientSecret: string | undefined;
    };

export type Service = "Service Bus" | "Event Hub" | "Storage" | "Storage queue";

const endpoints: Readonly<Record<Service, readonly string[]>> = {
  "Service Bus": ["fullyQualifiedNamespace"],
  "Event Hub": ["fullyQualifiedNamespace"],
  Storage: ["blobServiceUri", "serviceUri", "accountName"],
  "Storage queue": ["queueServiceUri", "accountName"],
};

const STORAGE_SHAPE =
  /(^|;)\s*(UseDevelopmentStorage=true|AccountName=|BlobEndpoint=|QueueEndpoint=)/i;

const shapes: Readonly<Record<Service, RegExp>> = {
  "Service Bus": /(^|;)\s*Endpoint=sb:\/\//i,
  "Event Hub": /(^|;)\s*Endpoint=sb:\/\//i,
  Storage: STORAGE_SHAPE,
  "Storage queue": STORAGE_SHAPE,
};

/**
 * Looks a connection up by its name: setting `AzureWebJobs<name>`, then `<name>`, then `ConnectionStrings:<name>`,
 * then the section `<name>__fullyQualifiedNamespace` and its like. Throws the real host's start-up error.
 */
export function findConnection(service: Service, name: string, settings: Settings): Connection {
  for (const setting of [`AzureWebJobs${name}`, name, `ConnectionStrings:${name}`]) {
    const connectionString = settings[setting];
    if (!connectionString) continue;
    if (!shapes[service].test(connectionString)) {
      throw new StartUpError(`${service} connection '${redacted(name)}' is no connection string.`);
    }
    return { kind: "connectionString", connectionString };
  }
  for (const section of [`AzureWebJobs${name}`, name]) {
    const part = (key: string) => settings[`${section}__${key}`] || undefined;
    const found = endpoints[service].find(part);
    if (found === undefined) continue;
    const value = part(found) ?? "";
    return {
      kind: "identity",
      endpoint: found === "accountName" ? accountEndpoint(service, value) : value,
      clientId: part("clientId"),
      tenantId: part("tenantId"),
      clientSecret: part("clientSecret"),
    };
  }
  throw new StartUpError(
    `${service} connection '${redacted(name)}' does not exist. Make sure that it is a defined App Setting.`,
  );
}

function accountEndpoint(service: Service, account: string): string {
  return `https://${account}.${service === "Storage queue" ? "queue" : "blob"}.core.windows.net`;
}

/** A whole connection string put where its name belongs must not reach the log. */
function redacted(name: string): string {
  return /(Endpoint|AccountName|SharedAccessKey)=/i.test(name) ? "[Hidden Credential]" : name;
}

/** Loads @azure/identity only when a connection needs it: it takes longer to import than the host to start. */
export async function credentialOf(
  connection: Extract<Connection, { kind: "identity" }>,
): Promise<TokenCredential> {
  const { clientId, tenantId, clientSecret } = connection;
  const identity = await import("@azure/identity");
  if (clientId && tenantId && clientSecret) {
    return new identity.ClientSecretCredential(tenantId, clientId, clientSecret);
  }
  return new identity.DefaultAzureCredential(
    clientId === undefined ? {} : { managedIdentityClientId: clientId },
  );
}

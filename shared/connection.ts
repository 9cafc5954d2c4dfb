import { z } from "zod";
import { ConfigError } from "./configError.ts";

/** How to reach one Azure service: a connection string (emulators) or a managed identity (Azure). */
export type Connection =
  | { readonly kind: "connectionString"; readonly connectionString: string }
  | { readonly kind: "identity"; readonly endpoint: string; readonly clientId: string | undefined };

type Env = Readonly<Record<string, string | undefined>>;

type Service = {
  readonly name: string;
  /** The parts that the service's SDK needs in a connection string; it ignores all others. */
  readonly parts: z.ZodType;
  /** What names the service to an identity, by the key after `__`. */
  readonly endpoints: Readonly<Record<string, z.ZodType<string>>>;
};

const some = z.string().min(1);
const hostName = z.string().regex(/^[a-z\d-]+(\.[a-z\d-]+)+$/i);
const uri = z.url({ protocol: /^https?$/ });
const accountName = z.string().regex(/^[a-z\d]{3,24}$/);

const broker = (name: string): Service => {
  const Endpoint = z.string().regex(/^sb:\/\/[^/]+\/?$/);
  return {
    name,
    parts: z.union([
      z.object({ Endpoint, SharedAccessKeyName: some, SharedAccessKey: some }),
      z.object({ Endpoint, SharedAccessSignature: some }),
    ]),
    endpoints: { fullyQualifiedNamespace: hostName },
  };
};

const storage = (kind: "Table" | "Blob"): Service => {
  const account = {
    DefaultEndpointsProtocol: z.enum(["https", "http"]),
    AccountName: accountName,
    AccountKey: some,
  };
  const endpoint = { [`${kind}Endpoint`]: uri };
  const lower = kind.toLowerCase();
  return {
    name: `${kind} Storage`,
    parts: z.union([
      z.object({ UseDevelopmentStorage: z.literal("true") }),
      z.object({ ...account, ...endpoint }),
      z.object({ ...account, EndpointSuffix: hostName }),
      z.object({ ...endpoint, SharedAccessSignature: some }),
    ]),
    endpoints: {
      [`${lower}ServiceUri`]: uri,
      accountName: accountName.transform(
        (account) => `https://${account}.${lower}.core.windows.net`,
      ),
    },
  };
};

/** What the app connects to. */
export const azure = {
  serviceBus: broker("Service Bus"),
  eventHubs: broker("Event Hubs"),
  tables: storage("Table"),
  blobs: storage("Blob"),
} as const;

/**
 * `<NAME>` as a connection string, or the first of `<NAME>__<key>` that is set (the Functions host reads both too), with
 * `<NAME>__clientId`. Throws ConfigError.
 */
export function readConnection(
  env: Env,
  setting: string,
  { name, parts, endpoints }: Service,
): Connection {
  const connectionString = env[setting];
  if (connectionString) {
    if (!parts.safeParse(partsOf(connectionString)).success) {
      throw new ConfigError(`setting ${setting} is not a connection string of ${name}`);
    }
    return { kind: "connectionString", connectionString };
  }
  const fitting = <T>(key: string, shape: z.ZodType<T>): T => {
    const result = shape.safeParse(env[key] || undefined);
    if (!result.success) throw new ConfigError(`setting ${key} has a value that does not fit`);
    return result.data;
  };
  for (const [key, shape] of Object.entries(endpoints)) {
    if (!env[`${setting}__${key}`]) continue;
    return {
      kind: "identity",
      endpoint: fitting(`${setting}__${key}`, shape),
      clientId: fitting(`${setting}__clientId`, z.guid().optional()),
    };
  }
  const keys = Object.keys(endpoints).map((key) => `${setting}__${key}`);
  throw new ConfigError(`setting ${setting} (or ${keys.join(" or ")}) is missing`);
}

/** `name=value;…`; a value may hold a `=`. */
function partsOf(connectionString: string): Record<string, string> {
  const parts = connectionString.split(";").map((part): [string, string] => {
    const [name = "", ...value] = part.split("=");
    return [name, value.join("=")];
  });
  return Object.fromEntries(parts);
}

import type { TableClient } from "@azure/data-tables";
import type { Connection } from "../connection.ts";

/** What every call passes on to the SDK, so that a silent service costs the time limit and no more. */
export type CallOptions = { readonly abortSignal: AbortSignal };

export type Table = {
  /** Runs one call. Creates the table and repeats the call where the table does not exist yet. */
  readonly call: <T>(
    operation: (client: TableClient, options: CallOptions) => Promise<T>,
  ) => Promise<T>;
};

export type TableOptions = {
  /** Limit of each call by itself. */
  readonly timeoutMs?: number;
  /** The SDK's own retries. None by default: a lost answer to a write that succeeded must not come back as 409. */
  readonly maxRetries?: number;
};

const defaults = { timeoutMs: 5_000, maxRetries: 0 };

/** One table, connected on first use. Errors are the SDK's own: see `hasStatus`. */
export function createTable(
  connection: Connection,
  name: string,
  options: TableOptions = {},
): Table {
  const { timeoutMs, maxRetries } = { ...defaults, ...options };
  let client: Promise<TableClient> | undefined;
  let creating: Promise<void> | undefined;
  const limit = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });
  /** One attempt at a time: a crowd of first calls waits for the same one. */
  const create = (table: TableClient) => {
    creating ??= table.createTable(limit()).finally(() => {
      creating = undefined;
    });
    return creating;
  };

  return {
    async call(operation) {
      client ??= connect(connection, name, maxRetries);
      const table = await client;
      try {
        return await operation(table, limit());
      } catch (error) {
        if (!isTableMissing(error)) throw error;
        await create(table);
        return await operation(table, limit());
      }
    },
  };
}

/** Whether the service itself answered with this status, such as 404, 409 or 412. */
export function hasStatus(error: unknown, ...statuses: number[]): boolean {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" && statuses.includes(status);
}

export function isTableMissing(error: unknown): boolean {
  const { code, details } = (error ?? {}) as {
    code?: unknown;
    details?: { odataError?: { code?: unknown } };
  };
  // A single call puts the service's code into the details, a transaction into the error itself.
  return [code, details?.odataError?.code].includes("TableNotFound");
}

async function connect(
  connection: Connection,
  name: string,
  maxRetries: number,
): Promise<TableClient> {
  const { TableClient } = await import("@azure/data-tables");
  const retryOptions = { maxRetries };
  if (connection.kind === "connectionString") {
    const options = { retryOptions, allowInsecureConnection: true }; // emulators speak plain HTTP
    return TableClient.fromConnectionString(connection.connectionString, name, options);
  }
  const { credentialOf } = await import("./credential.ts");
  return new TableClient(connection.endpoint, name, await credentialOf(connection), {
    retryOptions,
  });
}

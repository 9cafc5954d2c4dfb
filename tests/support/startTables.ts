import { startAzurite } from "../../local/azurite.ts";
import type { Connection } from "../../shared/connection.ts";
import { type FaultProxy, startFaultProxy } from "./faultProxy.ts";

export type Tables = {
  /** Leads through the proxy. */
  readonly connection: Connection;
  /** Leads past it: not counted, never spoiled. */
  readonly direct: Connection;
  readonly proxy: FaultProxy;
  readonly stop: () => Promise<void>;
};

/** Azurite with a fault proxy before its tables. */
export async function startTables(): Promise<Tables> {
  const azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
  const proxy = await startFaultProxy(`http://127.0.0.1:${azurite.ports.tablePort}`);
  const connectionString = azurite.connectionString.replace(
    /TableEndpoint=http:\/\/[^/]+/,
    `TableEndpoint=${proxy.url}`,
  );
  return {
    connection: { kind: "connectionString", connectionString },
    direct: { kind: "connectionString", connectionString: azurite.connectionString },
    proxy,
    stop: async () => {
      await proxy.stop();
      await azurite.stop();
    },
  };
}

import { afterAll, beforeAll } from "vitest";
import { type Azurite, startAzurite } from "../../local/azurite.ts";
import type { Connection } from "../../shared/connection.ts";

/** One Azurite on free ports for all tests of a file; read it inside tests only. */
export function useAzurite(): Pick<Azurite, "connectionString" | "ports"> & {
  readonly connection: Connection;
} {
  let azurite: Azurite | undefined;
  beforeAll(async () => {
    azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
  });
  afterAll(async () => {
    await azurite?.stop();
  });
  const get = () => {
    if (!azurite) throw new Error("Azurite is up inside tests only");
    return azurite;
  };
  return {
    get connectionString() {
      return get().connectionString;
    },
    get ports() {
      return get().ports;
    },
    get connection() {
      return { kind: "connectionString", connectionString: get().connectionString } as const;
    },
  };
}

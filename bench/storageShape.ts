import type { TableClient } from "@azure/data-tables";

export type ShapeName = "begin-and-end" | "two-writes" | "six-calls";

/** What a loop keeps of an order: before its outgoing calls, and after them. */
export type StorageShape = {
  readonly begin: (order: string, state: string) => Promise<void>;
  readonly end: (order: string, state: string) => Promise<void>;
};

/**
 * Ways to keep an order, each write such that a message delivered again passes too: our own two calls, of which the
 * second writes state and record in one transaction; the two writes of an idempotency record alone, in progress and
 * completed, as Powertools makes them, with nothing kept of the order; and the usual six calls, a row at a time.
 */
export function storageShape(name: ShapeName, table: TableClient): StorageShape {
  return shapes[name](table);
}

const shapes: Readonly<Record<ShapeName, (table: TableClient) => StorageShape>> = {
  "begin-and-end": beginAndEnd,
  "two-writes": twoWrites,
  "six-calls": sixCalls,
};

function beginAndEnd(table: TableClient): StorageShape {
  const etags = new Map<string, string>();
  return {
    async begin(order, state) {
      const { etag = "*" } = await table.upsertEntity(row(order, "order", state));
      etags.set(order, etag);
    },
    async end(order, state) {
      const etag = etags.get(order) ?? "*";
      etags.delete(order);
      await table.submitTransaction([
        ["update", row(order, "order", state), "Replace", { etag }],
        ["upsert", row(order, "submission", state), "Replace"],
      ]);
    },
  };
}

function twoWrites(table: TableClient): StorageShape {
  return {
    begin: async (order) => void (await table.upsertEntity(row(order, "record", "INPROGRESS"))),
    end: async (order, state) => void (await table.updateEntity(row(order, "record", state))),
  };
}

function sixCalls(table: TableClient): StorageShape {
  const log = (order: string, line: string) => table.upsertEntity(row(order, `log-${line}`, line));
  return {
    async begin(order, state) {
      await table.upsertEntity(row(order, "record", "INPROGRESS"));
      await log(order, "received");
      await table.upsertEntity(row(order, "order", state));
    },
    async end(order, state) {
      await log(order, "reserved");
      await table.updateEntity(row(order, "record", state));
      await log(order, "completed");
    },
  };
}

function row(partitionKey: string, rowKey: string, body: string) {
  return { partitionKey, rowKey, body };
}

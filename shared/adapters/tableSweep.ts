import { hasStatus, type Table } from "./tables.ts";

export type Sweep = (options: {
  /** Rows last written before this go; epoch ms. */
  readonly before: number;
  /** Whether there is time for another page. */
  readonly goOn: () => boolean;
}) => Promise<number>;

const PAGE_SIZE = 100; // Table service: entities in one entity-group transaction

/**
 * Deletes old rows of the kinds that `filter` names, page by page, and tells how many. Costs a scan of the table, and
 * one transaction for each partition on a page. What is left when time is up is left for the next run.
 */
export function createTableSweep(table: Table, filter: string): Sweep {
  const removeAll = async (partitionKey: string, rowKeys: readonly string[]) => {
    const actions = rowKeys.map((rowKey) => ["delete", { partitionKey, rowKey }] as const);
    try {
      await table.call((client, options) =>
        client.submitTransaction(
          actions.map(([action, key]) => [action, key]),
          options,
        ),
      );
      return rowKeys.length;
    } catch (error) {
      if (hasStatus(error, 404)) return 0; // another run is at it
      throw error;
    }
  };

  return async ({ before, goOn }) => {
    const old = `Timestamp lt datetime'${new Date(before).toISOString()}' and (${filter})`;
    let removed = 0;
    let continuationToken: string | undefined;
    do {
      const page = await table.call(async (client, { abortSignal }) => {
        const queryOptions = { filter: old, select: ["PartitionKey", "RowKey"] };
        const pages = client
          .listEntities({ queryOptions, abortSignal })
          .byPage({ maxPageSize: PAGE_SIZE, ...(continuationToken && { continuationToken }) });
        for await (const rows of pages) return rows;
        return undefined;
      });
      if (page === undefined) break;
      continuationToken = page.continuationToken;
      for (const [partition, rows] of Map.groupBy(page, ({ partitionKey }) => partitionKey)) {
        if (partition === undefined) continue;
        removed += await removeAll(
          partition,
          rows.map(({ rowKey = "" }) => rowKey),
        );
      }
    } while (continuationToken !== undefined && goOn());
    return removed;
  };
}

/** Filter for keys that begin with a name and a separator, by the character that follows the separator. */
export function keysFrom(column: "PartitionKey" | "RowKey", prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1);
  const end = prefix.slice(0, -1) + String.fromCharCode(last + 1);
  return `(${column} ge '${prefix}' and ${column} lt '${end}')`;
}

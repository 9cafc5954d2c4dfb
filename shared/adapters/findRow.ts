import type { GetTableEntityResponse, TableEntityResult } from "@azure/data-tables";
import { hasStatus, isTableMissing, type Table } from "./tables.ts";

/** One row by its keys; undefined when there is none. */
export function findRow<Row extends object>(
  table: Table,
  partitionKey: string,
  rowKey: string,
): Promise<GetTableEntityResponse<TableEntityResult<Row>> | undefined> {
  return table.call(async (client, options) => {
    try {
      return await client.getEntity<Row>(partitionKey, rowKey, options);
    } catch (error) {
      if (hasStatus(error, 404) && !isTableMissing(error)) return undefined;
      throw error;
    }
  });
}

import { z } from "zod";
import type { BreakerStore, StoredBreaker } from "../patterns/fleetBreakers.ts";
import { findRow } from "./findRow.ts";
import { type OwnedRow, ownedWrite } from "./ownedWrite.ts";
import type { Table } from "./tables.ts";

/** One partition, so that one read shows them all. */
const PARTITION = "breakers";

const Probes = z.array(z.object({ id: z.string(), expiresAt: z.int() }));

const Stored = z.object({
  etag: z.string(),
  rowKey: z.string(),
  body: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(
      z.discriminatedUnion("state", [
        z.object({ state: z.literal("closed"), round: z.int() }),
        z.object({ state: z.literal("open"), round: z.int(), until: z.int(), probes: Probes }),
        z.object({ state: z.literal("half-open"), round: z.int(), probes: Probes }),
      ]),
    ),
});

/** A row a breaker; each write is conditional on the version it was decided on. */
export function createBreakerTable({
  table,
  newId,
}: {
  readonly table: Table;
  readonly newId: () => string;
}): BreakerStore {
  return {
    readAll: () =>
      table.call(async (client, { abortSignal }) => {
        const queryOptions = { filter: `PartitionKey eq '${PARTITION}'` };
        const breakers = new Map<string, StoredBreaker>();
        for await (const row of client.listEntities({ queryOptions, abortSignal })) {
          const { rowKey, etag, body } = Stored.parse(row);
          breakers.set(rowKey, { breaker: body, version: etag });
        }
        return breakers;
      }),

    write(name, breaker, etag) {
      const owner = newId();
      const body = JSON.stringify(breaker);
      const entity = { partitionKey: PARTITION, rowKey: name, owner, body };
      return ownedWrite(
        { owner, replacing: etag },
        async () => {
          const { etag: written } = await table.call((client, options) =>
            etag === undefined
              ? client.createEntity(entity, options)
              : client.updateEntity(entity, "Replace", { ...options, etag }),
          );
          return written;
        },
        () => findRow<OwnedRow>(table, PARTITION, name),
      );
    },
  };
}

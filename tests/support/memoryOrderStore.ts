import type { OrderStore } from "../../shared/adapters/orderStore.ts";
import type { LedgerEntry, OrderNote } from "../../shared/domain/orderLedger.ts";
import type { OrderRecord, OrderState, OrderWork } from "../../shared/domain/orderState.ts";
import type { ScopeRow } from "../../shared/patterns/idempotency.ts";

type Partition = {
  row?: { readonly content: ScopeRow<OrderState, OrderWork>; readonly version: string };
  readonly records: Map<string, OrderRecord>;
  readonly notes: OrderNote[];
};

/** The order store without a table: same contract, and every storage call counted. */
export function createMemoryOrderStore(): OrderStore & { readonly calls: string[] } {
  const partitions = new Map<string, Partition>();
  const calls: string[] = [];
  let versions = 0;

  const partitionOf = (order: string): Partition => {
    const partition = partitions.get(order) ?? { records: new Map(), notes: [] };
    partitions.set(order, partition);
    return partition;
  };

  const entryOf = (order: string, correlationId: string): LedgerEntry => {
    const { row, records } = partitionOf(order);
    const related = [...records.values()].filter(({ key }) =>
      key.startsWith(`${order}:${correlationId}:`),
    );
    return structuredClone({
      ...(row !== undefined && { found: { ...row.content, version: row.version } }),
      records: related,
    });
  };

  return {
    calls,

    async create(order, row, key) {
      calls.push("create");
      const partition = partitionOf(order);
      if (partition.row !== undefined) {
        calls.push("load");
        const correlationId = key
          .slice(order.length + 1)
          .split(":", 1)
          .join("");
        return { found: entryOf(order, correlationId) };
      }
      const version = String(++versions);
      partition.row = { content: structuredClone(row), version };
      return { version };
    },

    async replace(order, row, version, record) {
      calls.push("replace");
      const partition = partitionOf(order);
      if (partition.row?.version !== version) return undefined;
      const next = String(++versions);
      partition.row = { content: structuredClone(row), version: next };
      if (record !== undefined) partition.records.set(record.key, structuredClone(record));
      return next;
    },

    async load(order, correlationId) {
      calls.push("load");
      return entryOf(order, correlationId);
    },

    async note(order, note) {
      calls.push("note");
      partitionOf(order).notes.push(note);
    },

    async fence(order, note, { state, version }) {
      calls.push("fence");
      const partition = partitionOf(order);
      if (partition.row?.version !== version) return false;
      partition.row = { content: structuredClone({ state }), version: String(++versions) };
      partition.notes.push(note);
      return true;
    },

    async traces(order) {
      calls.push("load");
      const { row, records, notes } = partitionOf(order);
      return structuredClone({ lease: row?.content.lease, records: [...records.values()], notes });
    },
  };
}

import type { OutgoingMessage } from "../../shared/adapters/serviceBusSender.ts";
import type { Uncertain, UncertainStore } from "../../shared/patterns/reconciliation.ts";

/** Uncertain messages without a table: the same contract. */
export function createMemoryUncertainStore(): UncertainStore<OutgoingMessage> {
  const rows = new Map<string, Uncertain<OutgoingMessage>>();
  return {
    async keep(row) {
      const id = `${String(row.since).padStart(15, "0")}-${row.queue}/${row.message.messageId}`;
      rows.set(id, { id, ...row });
    },
    oldest: async (count) =>
      [...rows.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, count),
    async remove(id) {
      rows.delete(id);
    },
  };
}

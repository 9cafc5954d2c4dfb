import type { OutgoingMessage } from "../../shared/adapters/serviceBusSender.ts";
import type { Uncertain, UncertainStore } from "../../shared/patterns/reconciliation.ts";

/** Uncertain messages without a table: the same contract. */
export function createMemoryUncertainStore(): UncertainStore<OutgoingMessage> {
  const rows = new Map<
    string,
    { readonly rowId: string; readonly kept: Uncertain<OutgoingMessage> }
  >();
  return {
    async keep(kept) {
      const { since, queue, message } = kept;
      const rowId = `${String(since).padStart(15, "0")}-${queue}/${message.messageId}`;
      rows.set(rowId, { rowId, kept });
    },
    oldest: async (count, after = "") =>
      [...rows.values()]
        .filter(({ rowId }) => rowId > after)
        .toSorted((a, b) => (a.rowId < b.rowId ? -1 : 1))
        .slice(0, count),
    async remove(rowId) {
      rows.delete(rowId);
    },
  };
}

import type { OutboxRow, OutboxStore } from "../../shared/patterns/outbox.ts";
import type { OutgoingMessage } from "../../shared/patterns/timedSend.ts";

type KeptRow = OutboxRow & { readonly message: OutgoingMessage };

/** Outbox rows in memory, ordered as the table orders them. */
export function memoryOutbox(): OutboxStore & { readonly rows: () => readonly KeptRow[] } {
  const rows = new Map<string, KeptRow>();
  const sorted = () => [...rows.values()].sort((one, other) => (one.rowId < other.rowId ? -1 : 1));
  return {
    rows: sorted,
    keep: async (messages, at) => {
      for (const message of messages) {
        const rowId = `${String(at).padStart(15, "0")}-${message.messageId}`;
        rows.set(rowId, { rowId, message });
      }
    },
    oldest: async (count, after = "") =>
      sorted()
        .filter(({ rowId }) => rowId > after)
        .slice(0, count),
    remove: async (rowId) => {
      rows.delete(rowId);
    },
  };
}

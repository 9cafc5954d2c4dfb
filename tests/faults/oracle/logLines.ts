import type { Evidence, LogEntry } from "./evidence.ts";

/** What is logged once an order is where it has to be, and before which it cannot be dispatched. */
const PROCESSED = "order processed";
const DISPATCHED = "warehouse command dispatched";

/**
 * I9: each end of an order is logged once, not counting replays; entries of one process are in the order of time; no
 * secret shows in any output or dead letter.
 */
export function logLines({
  orders,
  log,
  output,
  secrets,
  deadMessages,
}: Pick<Evidence, "orders" | "log" | "output" | "secrets" | "deadMessages">): string[] {
  return [
    ...orders.flatMap(({ id, wanted }) => ends(id, wanted, log)),
    ...backwards(log),
    ...secrets.flatMap((secret) => [
      ...output
        .filter((line) => line.includes(secret))
        .map(
          (line) => `a secret is in the output: ${line.replaceAll(secret, "***").slice(0, 120)}`,
        ),
      ...deadMessages
        .filter(({ text }) => text.includes(secret))
        .map(({ queue, messageId }) => `a secret is in the dead letter ${messageId} of ${queue}`),
    ]),
  ];
}

/** A process that was killed may have taken the line along, so no line is no problem; a second one is. */
function ends(id: string, wanted: string, log: readonly LogEntry[]): string[] {
  const of = (event: string) =>
    log.filter(({ text }) => text.startsWith(event) && text.includes(id));
  const done = of(PROCESSED).filter(
    ({ text }) => text.includes(`outcome: '${wanted}'`) && !text.includes("replayed: true"),
  );
  const shipped = of(DISPATCHED).filter(
    ({ text }) => text.includes("type: 'requestShipment'") && !text.includes("'duplicate'"),
  );
  const twice = [done, shipped].filter(({ length }) => length > 1);
  return twice.map((entries) => `order ${id}: logged ${entries.length} times: ${entries[0]?.text}`);
}

function backwards(log: readonly LogEntry[]): string[] {
  const last = new Map<string, number>();
  return log.flatMap(({ process, at, text }) => {
    const before = last.get(process) ?? 0;
    last.set(process, at);
    return at < before ? [`${process} logged ${before - at} ms back in time: ${text}`] : [];
  });
}

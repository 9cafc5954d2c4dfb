import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createOutbox, type OutboxStore } from "../../../../shared/patterns/outbox.ts";
import { createTimedSend, type OutgoingMessage } from "../../../../shared/patterns/timedSend.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { memoryOutbox } from "../../../support/memoryOutbox.ts";

/** How one call ends: as asked, not at all, or done with its answer lost (which the caller sees as a failure). */
const fate = fc.constantFrom("done", "failed", "answer-lost");
type Fate = "done" | "failed" | "answer-lost";

/** Calls meet their fates in turn; once the faults are over, everything works. */
function scripted(fates: readonly Fate[]) {
  let index = 0;
  return async (effect: () => Promise<void> | void): Promise<void> => {
    const next = fates[index++] ?? "done";
    if (next !== "failed") await effect();
    if (next !== "done") throw new Error(next);
  };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("relay" as const) }),
  fc.record({ kind: fc.constant("two relays" as const) }),
);

test(
  "nothing accepted is lost and no id is invented, whatever fails and whenever it is killed",
  unhurried,
  () =>
    everyHistory(
      fc.asyncProperty(
        fc.array(step, { maxLength: 8, size: "max" }),
        fc.array(fate, { maxLength: 24, size: "max" }),
        fc.array(fate, { maxLength: 24, size: "max" }),
        async (steps, sendFates, storeFates) => {
          const clock = fakeClock();
          const bus = new Set<string>();
          const store = memoryOutbox();
          const viaBus = scripted(sendFates);
          const viaStore = scripted(storeFates);
          const faulty: OutboxStore = {
            keep: (messages, at) => viaStore(() => store.keep(messages, at)),
            oldest: store.oldest,
            remove: (rowId) => viaStore(() => store.remove(rowId)),
          };
          const send = createTimedSend({
            send: ({ messageId }) => viaBus(() => void bus.add(messageId)),
            clock,
            timeoutMs: 3_000,
          });
          const outbox = createOutbox({ send, store: faulty, clock, pageSize: 2 });
          const offered = new Set<string>();
          const accepted = new Set<string>();
          const relay = () => outbox.relay().catch(() => undefined); // killed here, run again later

          for (const [number, next] of steps.entries()) {
            clock.advance(1);
            if (next.kind === "relay") await relay();
            else if (next.kind === "two relays") await Promise.all([relay(), relay()]);
            else {
              const messages: OutgoingMessage[] = Array.from(
                { length: next.count },
                (_, index) => ({
                  destination: "orders",
                  messageId: `${number}.${index}`,
                  body: {},
                }),
              );
              for (const { messageId } of messages) offered.add(messageId);
              const ok = await outbox.deliver(messages).then(
                () => true,
                () => false,
              );
              if (ok) for (const { messageId } of messages) accepted.add(messageId);
            }
          }
          for (let run = 0; run < sendFates.length + storeFates.length + 1; run++) await relay();

          expect([...accepted].filter((id) => !bus.has(id))).toEqual([]);
          expect([...bus].filter((id) => !offered.has(id))).toEqual([]);
          expect(store.rows()).toEqual([]);
        },
      ),
    ),
);

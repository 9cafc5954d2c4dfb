import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bodiesOf, elsewhere, receive, useQueue } from "./useQueue.ts";

const queue = "conformance-duplicates";
const MESSAGES = 200;
const BREAK_EVERY = 60;
const LOSSES = 3;

describe.skipIf(elsewhere)("clients whose links and connections break while they work", () => {
  const { aSender, aReceiver, inject } = useQueue(queue);
  const breakSomething = (time: number) =>
    time % 2 ? inject("detach-links", { address: queue }) : inject("drop-connections", {});

  it("send again what was not acknowledged: duplicate detection leaves each message once", async () => {
    const sender = aSender();
    for (let n = 0; n < MESSAGES; n += 1) {
      const sending = sender.sendMessages({ body: n, messageId: randomUUID() });
      if (n % BREAK_EVERY === 7) await breakSomething(n);
      await sending;
    }

    const bodies = bodiesOf(await receive(aReceiver("receiveAndDelete"), MESSAGES)) as number[];
    expect(bodies).toEqual(Array.from({ length: MESSAGES }, (_, n) => n));
  });

  it("handle every message at least once, and in the end none is left", async () => {
    const handled = new Set<unknown>();
    aReceiver().subscribe(
      {
        processMessage: ({ body }) => Promise.resolve(void handled.add(body)),
        processError: () => Promise.resolve(),
      },
      { maxConcurrentCalls: 5 },
    );
    // One sender for all: a client that opens a link as its connection breaks waits for ever.
    const sender = aSender();
    for (let time = 0; time < LOSSES; time += 1) {
      await sender.sendMessages(
        Array.from({ length: 20 }, (_, n) => ({ body: time * 20 + n, messageId: randomUUID() })),
      );
      await expect.poll(() => handled.size, { timeout: 15_000 }).toBeGreaterThan(time * 20);
      await breakSomething(time);
    }

    await expect.poll(() => handled.size, { timeout: 15_000 }).toBe(LOSSES * 20);
    // What was handled but not completed comes again with its lock's end.
    await inject("expire-locks", { queue });
    await expect
      .poll(() => aReceiver().peekMessages(1), { timeout: 15_000, interval: 200 })
      .toEqual([]);
  });
});

import { expect, test } from "vitest";
import { createOutbox, type OutboxStore } from "../../../../shared/patterns/outbox.ts";
import { createTimedSend, type OutgoingMessage } from "../../../../shared/patterns/timedSend.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { memoryOutbox } from "../../../support/memoryOutbox.ts";

const message = (messageId: string, destination = "orders"): OutgoingMessage => ({
  destination,
  messageId,
  body: { messageId },
});

type Options = {
  readonly store?: OutboxStore;
  readonly pageSize?: number;
  readonly relayForMs?: number;
};

function anOutbox({ store = memoryOutbox(), pageSize = 2, relayForMs = 60_000 }: Options = {}) {
  const clock = fakeClock();
  const sent: string[] = [];
  const bus = { isUp: true, refuses: new Set<string>() };
  const send = createTimedSend({
    send: async ({ messageId }) => {
      if (!bus.isUp || bus.refuses.has(messageId)) throw new Error("bus down");
      sent.push(messageId);
    },
    clock,
    timeoutMs: 3_000,
  });
  return { outbox: createOutbox({ send, store, clock, pageSize, relayForMs }), bus, sent, clock };
}

test("keeps nothing while the bus takes everything", async () => {
  const store = memoryOutbox();
  const { outbox, sent } = anOutbox({ store });

  const delivered = await outbox.deliver([message("a"), message("b")]);

  expect(delivered).toEqual({ state: "sent" });
  expect(sent).toEqual(["a", "b"]);
  expect(store.rows()).toEqual([]);
});

test("keeps exactly what the bus did not take", async () => {
  const store = memoryOutbox();
  const { outbox, bus } = anOutbox({ store });
  bus.refuses.add("b");

  const delivered = await outbox.deliver([message("a"), message("b")]);

  expect(delivered).toMatchObject({ state: "kept", because: { message: "bus down" } });
  expect(store.rows().map((row) => row.message)).toEqual([message("b")]);
});

test("rejects when neither bus nor store took it", async () => {
  const store = {
    ...memoryOutbox(),
    keep: async () => {
      throw new Error("tables down");
    },
  };
  const { outbox, bus } = anOutbox({ store });
  bus.isUp = false;

  await expect(outbox.deliver([message("a")])).rejects.toThrow("tables down");
});

test("relays oldest first, under the same ids, over several pages", async () => {
  const store = memoryOutbox();
  const { outbox, bus, sent, clock } = anOutbox({ store });
  bus.isUp = false;
  for (const id of ["z", "m", "a", "k", "b"]) {
    await outbox.deliver([message(id)]);
    clock.advance(1);
  }
  bus.isUp = true;

  const relayed = await outbox.relay();

  expect(relayed).toEqual({ relayed: 5 });
  expect(sent).toEqual(["z", "m", "a", "k", "b"]);
  expect(store.rows()).toEqual([]);
});

test("stops at the first message that the bus refuses, and keeps it and all after it", async () => {
  const store = memoryOutbox();
  const { outbox, bus, sent, clock } = anOutbox({ store });
  bus.isUp = false;
  for (const id of ["a", "b", "c"]) {
    await outbox.deliver([message(id)]);
    clock.advance(1);
  }
  bus.isUp = true;
  bus.refuses.add("b");

  const relayed = await outbox.relay();

  expect(relayed).toMatchObject({ relayed: 1, because: { message: "bus down" } });
  expect(sent).toEqual(["a"]);
  expect(store.rows().map((row) => row.message.messageId)).toEqual(["b", "c"]);
});

test("goes on with other destinations, past a message that the bus refuses and a row nobody can read", async () => {
  const kept = memoryOutbox();
  const unreadable = { rowId: "0", message: new Error("cannot be read") };
  const store: OutboxStore = {
    ...kept,
    oldest: async (count, after = "") =>
      after === "" ? [unreadable] : await kept.oldest(count, after),
  };
  const { outbox, bus, sent, clock } = anOutbox({ store });
  for (const id of ["a", "b", "c", "d"]) {
    await kept.keep([message(id, id === "d" ? "orders" : "renamed")], clock.now());
    clock.advance(1);
  }
  bus.refuses.add("a");

  const relayed = await outbox.relay();

  expect(relayed).toMatchObject({ relayed: 1, because: { message: "cannot be read" } });
  expect(sent).toEqual(["d"]);
  expect(kept.rows().map(({ message }) => message.messageId)).toEqual(["a", "b", "c"]);
});

test("leaves the rest to the next run once its time is over", async () => {
  const store = memoryOutbox();
  const { outbox, clock } = anOutbox({ store, relayForMs: 0 });
  await store.keep([message("a")], clock.now());

  const relayed = await outbox.relay();

  expect(relayed).toMatchObject({ relayed: 0, because: { message: "out of time" } });
  expect(store.rows()).toHaveLength(1);
});

test("two relays at once send each message at least once and leave nothing", async () => {
  const store = memoryOutbox();
  const { outbox, sent, clock } = anOutbox({ store });
  await store.keep([message("a"), message("b"), message("c")], clock.now());

  await Promise.all([outbox.relay(), outbox.relay()]);

  expect(new Set(sent)).toEqual(new Set(["a", "b", "c"]));
  expect(store.rows()).toEqual([]);
});

import { describe, expect, it } from "vitest";
import {
  bodiesOf,
  elsewhere,
  leftIn,
  newClient,
  receive,
  receiveOne,
  useQueue,
} from "./useQueue.ts";

const queue = "conformance";

describe.skipIf(elsewhere)("a fault on request", () => {
  const { client, connectionString, aReceiver, aSender, send, inject } = useQueue(queue);

  it("delivers a message again whose completion was confirmed", async () => {
    await send({ body: 1 });
    await inject("duplicate-deliveries", { queue });
    const receiver = aReceiver();

    await receiver.completeMessage(await receiveOne(receiver));
    const again = await receiveOne(receiver);
    await receiver.completeMessage(again);

    expect(again).toMatchObject({ body: 1, deliveryCount: 1 });
    expect(await leftIn(receiver)).toEqual([]);
  });

  it("ends a lock: the message goes to the next, and the old lock settles nothing", async () => {
    await send({ body: 1 }, { body: 2 });
    const receiver = aReceiver();
    const [first, second] = await receive(receiver, 2);

    const done = await inject("expire-locks", {
      queue,
      sequenceNumber: Number(first?.sequenceNumber),
    });

    expect(done).toEqual({ expired: 1 });
    expect(await receiveOne(aReceiver())).toMatchObject({ body: 1, deliveryCount: 1 });
    if (!first || !second) throw new Error("two messages were there");
    await expect(receiver.completeMessage(first)).rejects.toMatchObject({
      code: "MessageLockLost",
    });
    await expect(receiver.completeMessage(second)).resolves.toBeUndefined();
  });

  it("ends all locks", async () => {
    await send({ body: 1 }, { body: 2 });
    await receive(aReceiver(), 2);

    expect(await inject("expire-locks", { queue })).toEqual({ expired: 2 });

    expect(bodiesOf(await receive(aReceiver(), 2))).toEqual([1, 2]);
  });

  it("detaches links: the message stays locked and is settled through $management", async () => {
    await send({ body: 1 });
    const receiver = client().createReceiver(queue);
    const message = await receiveOne(receiver);

    const { detached } = await inject("detach-links", { address: queue });

    expect(detached).toBeGreaterThanOrEqual(1);
    await expect(receiver.completeMessage(message)).resolves.toBeUndefined();
    expect(await leftIn(aReceiver())).toEqual([]);
  });

  it("drops connections: sender and subscriber go on by themselves", async () => {
    const seen: unknown[] = [];
    aReceiver().subscribe({
      processMessage: ({ body }) => Promise.resolve(void seen.push(body)),
      processError: () => Promise.resolve(),
    });
    const sender = aSender();
    await sender.sendMessages({ body: 1 });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1]);

    expect((await inject("drop-connections", {}))["dropped"]).toBeGreaterThanOrEqual(1);

    await sender.sendMessages({ body: 2 });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2]);
  });

  it("loses a disposition: the message comes again when its lock is over", async () => {
    await send({ body: 1 });
    await inject("drop-dispositions", { queue });
    const impatient = newClient(connectionString(), 1_000);
    const receiver = impatient.createReceiver(queue);
    const completing = receiver.completeMessage(await receiveOne(receiver));
    const outcome = completing.then(
      () => "completed",
      () => "unknown",
    );
    await expect
      .poll(() => inject("drop-dispositions", { queue, count: 0 }))
      .toEqual({ planned: 0 });

    await inject("detach-links", { address: queue });
    await inject("expire-locks", { queue });

    expect(await receiveOne(aReceiver())).toMatchObject({ body: 1, deliveryCount: 1 });
    expect(await outcome).toBe("unknown");
    await impatient.close();
  });

  it("delays what is there", async () => {
    await send({ body: 1 });
    await inject("delay-deliveries", { queue, ms: 600 });
    const askedAt = Date.now();

    const message = await receiveOne(aReceiver());

    expect(message.body).toBe(1);
    expect(Date.now() - askedAt).toBeGreaterThan(400);
  });

  it("reorders what is there", async () => {
    await send({ body: 1 }, { body: 2 }, { body: 3 }, { body: 4 });
    await inject("reorder-deliveries", { queue, count: 3 });

    const messages = await receive(aReceiver(), 4);

    expect(bodiesOf(messages)).toEqual([3, 2, 1, 4]);
  });

  it("is refused by name or argument", async () => {
    await expect(inject("expire-locks", { queue: "nowhere" })).rejects.toThrow(/400.*nowhere/);
    await expect(inject("delay-deliveries", { queue, ms: -1 })).rejects.toThrow(
      /400.*whole number/,
    );
    await expect(inject("burn-down" as "expire-locks", { queue })).rejects.toThrow(/404/);
  });
});

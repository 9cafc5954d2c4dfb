import type { ServiceBusReceiver } from "@azure/service-bus";
import { describe, expect, it } from "vitest";
import { receiveOne, useQueue } from "./useQueue.ts";

describe("subscribing", () => {
  const { aReceiver, aDeadLetterReceiver, send } = useQueue();

  it("brings messages sent before and after, and completes them", async () => {
    await send({ body: 1 });
    const seen: unknown[] = [];
    const receiver = aReceiver();
    collect(receiver, seen);

    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1]);
    await send({ body: 2 }, { body: 3 });

    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2, 3]);
    await expect.poll(() => aReceiver().peekMessages(1), { timeout: 10_000 }).toEqual([]);
  });

  it("delivers again what the handler throws at", async () => {
    await send({ body: 1 });
    const deliveries: (number | undefined)[] = [];
    aReceiver().subscribe({
      processMessage: ({ deliveryCount }) => {
        deliveries.push(deliveryCount);
        return deliveries.length < 3 ? Promise.reject(new Error("not yet")) : Promise.resolve();
      },
      processError: () => Promise.resolve(),
    });

    await expect.poll(() => deliveries, { timeout: 10_000 }).toEqual([0, 1, 2]);
  });

  it("shares messages out among competing receivers, each to one of them", async () => {
    const [one, two]: unknown[][] = [[], []];
    collect(aReceiver(), one ?? []);
    collect(aReceiver(), two ?? []);
    const bodies = Array.from({ length: 100 }, (_, n) => n);

    await send(...bodies.map((body) => ({ body })));

    const all = () => [...(one ?? []), ...(two ?? [])] as number[];
    await expect.poll(() => all().length, { timeout: 10_000 }).toBe(100);
    expect(all().sort((a, b) => a - b)).toEqual(bodies);
    expect(Math.min(one?.length ?? 0, two?.length ?? 0)).toBeGreaterThan(0);
  });

  it("gives the next receiver at once what one abandoned before it closed", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    await receiver.abandonMessage(await receiveOne(receiver));
    await receiver.close();

    expect(await receiveOne(aReceiver())).toMatchObject({ body: 1, deliveryCount: 1 });
  });

  it("reads the dead-letter queue alike", async () => {
    await send({ body: 1 });
    const receiver = aReceiver();
    await receiver.deadLetterMessage(await receiveOne(receiver));
    const seen: unknown[] = [];

    collect(aDeadLetterReceiver("peekLock"), seen);

    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1]);
  });
});

function collect(receiver: ServiceBusReceiver, seen: unknown[]): void {
  receiver.subscribe(
    {
      processMessage: ({ body }) => {
        seen.push(body);
        return Promise.resolve();
      },
      processError: ({ error }) => Promise.resolve(void seen.push(error)),
    },
    { maxConcurrentCalls: 10 },
  );
}

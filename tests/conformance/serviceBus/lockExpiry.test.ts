import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { describe, expect, it } from "vitest";
import { bodiesOf, elsewhere, receive, useQueue } from "./useQueue.ts";

describe("a handler that outlasts its lock", () => {
  const { aReceiver, send } = useQueue("conformance-short-lock");

  it("cannot complete; the message is handled once more meanwhile", async () => {
    await send({ body: 1 });
    const deliveries: (number | undefined)[] = [];
    const errors: string[] = [];
    const again = Promise.withResolvers<void>();
    aReceiver().subscribe(
      {
        processMessage: async ({ deliveryCount }) => {
          deliveries.push(deliveryCount);
          if (deliveries.length === 1) await again.promise;
          else again.resolve();
        },
        processError: ({ error, errorSource }) => {
          errors.push(`${errorSource} ${(error as Error & { code?: string }).code}`);
          return Promise.resolve();
        },
      },
      { maxConcurrentCalls: 2 },
    );

    await again.promise;

    await expect.poll(() => errors, { timeout: 5_000 }).toEqual(["complete MessageLockLost"]);
    expect(deliveries).toEqual([0, 1]);
    await expect.poll(() => aReceiver().peekMessages(1), { timeout: 5_000 }).toEqual([]);
  });
});

describe.skipIf(elsewhere)("two messages completed together, one of them after its lock", () => {
  const { aReceiver, send, inject } = useQueue();

  it("are told apart", async () => {
    await send({ body: "held" }, { body: "lost" });
    const receiver = aReceiver();
    const [held, lost] = await receive(receiver, 2);
    const sequenceNumber = Number(lost?.sequenceNumber);
    await inject("expire-locks", { queue: "conformance", sequenceNumber });

    const settled = await Promise.allSettled([
      receiver.completeMessage(held as ServiceBusReceivedMessage),
      receiver.completeMessage(lost as ServiceBusReceivedMessage),
    ]);

    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(bodiesOf(await aReceiver().peekMessages(10))).toEqual(["lost"]);
  });
});

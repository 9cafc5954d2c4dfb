import { describe, expect, it } from "vitest";
import { useQueue } from "./useQueue.ts";

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

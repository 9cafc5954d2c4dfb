import type { SubscribeOptions } from "@azure/event-hubs";
import { describe, expect, it } from "vitest";
import { useEventHub } from "./useEventHub.ts";

const partitionId = "1";

describe("an owner level", () => {
  const { aConsumer, closedLater } = useEventHub();

  /** A reader of its own connection; `reading` once it has waited for events in vain, `failed` once it is refused. */
  function aReader(options: SubscribeOptions = {}) {
    const reading = Promise.withResolvers<void>();
    const failed = Promise.withResolvers<Error>();
    const subscription = aConsumer("first").subscribe(
      partitionId,
      {
        processEvents: () => Promise.resolve(reading.resolve()),
        processError: (error) => Promise.resolve(failed.resolve(error)),
      },
      { maxWaitTimeInSeconds: 0.2, ...options },
    );
    closedLater({ close: () => subscription.close() });
    return { reading: reading.promise, failed: failed.promise };
  }

  it.each([
    ["a higher", 2],
    ["an equal", 1],
  ])("gives way to %s one", async (_, ownerLevel) => {
    const old = aReader({ ownerLevel: 1 });
    await old.reading;

    const owner = aReader({ ownerLevel });

    await expect(old.failed).resolves.toMatchObject({ code: "ReceiverDisconnectedError" });
    await expect(owner.reading).resolves.toBeUndefined();
  });

  it("keeps a lower one out", async () => {
    await aReader({ ownerLevel: 5 }).reading;

    const late = aReader({ ownerLevel: 4 });

    await expect(late.failed).resolves.toMatchObject({ code: "ReceiverDisconnectedError" });
  });

  it("keeps readers without one out", async () => {
    await aReader({ ownerLevel: 1 }).reading;

    const plain = aReader();

    const error = await plain.failed;
    expect(error).toMatchObject({ code: "ReceiverDisconnectedError" });
    expect(error.message).toContain("non-epoch receiver is not allowed");
  });

  it("displaces readers without one", async () => {
    const plain = aReader();
    await plain.reading;

    const owner = aReader({ ownerLevel: 1 });

    await expect(plain.failed).resolves.toMatchObject({ code: "ReceiverDisconnectedError" });
    await expect(owner.reading).resolves.toBeUndefined();
  });

  it("is needed to read beside five others", async () => {
    await Promise.all(Array.from({ length: 5 }, () => aReader().reading));

    const sixth = aReader();

    await expect(sixth.failed).resolves.toMatchObject({ code: "QuotaExceededError" });
  });
});

import { describe, expect, it } from "vitest";
import { receive } from "./receive.ts";
import { useEventHub } from "./useEventHub.ts";

describe("what does not exist is refused", () => {
  const { aProducer, aConsumer } = useEventHub();
  const once = { count: 1, partitionId: "0" };

  it("when sending to an unknown hub", async () => {
    const sending = aProducer("no-such-hub").sendBatch([{ body: 1 }]);

    await expect(sending).rejects.toMatchObject({ code: "MessagingEntityNotFoundError" });
  });

  it("when sending to an unknown partition", async () => {
    const sending = aProducer().sendBatch([{ body: 1 }], { partitionId: "99" });

    await expect(sending).rejects.toMatchObject({ code: "ArgumentOutOfRangeError" });
  });

  it("when reading an unknown hub", async () => {
    const reading = receive(aConsumer("$Default", "no-such-hub"), once);

    await expect(reading).rejects.toMatchObject({ code: "MessagingEntityNotFoundError" });
  });

  it("when reading for an unknown consumer group", async () => {
    const reading = receive(aConsumer("no-such-group"), once);

    await expect(reading).rejects.toMatchObject({ code: "MessagingEntityNotFoundError" });
  });

  it("when reading an unknown partition", async () => {
    const reading = receive(aConsumer(), { count: 1, partitionId: "99" });

    await expect(reading).rejects.toMatchObject({ code: "ArgumentOutOfRangeError" });
  });
});

import { describe, expect, it } from "vitest";
import { hubName, partitionIds, useEventHub } from "./useEventHub.ts";

describe("getEventHubProperties", () => {
  const { aProducer, aConsumer } = useEventHub();

  it("gives name, age and partitions, to producers and consumers alike", async () => {
    const toProducer = await aProducer().getEventHubProperties();
    const toConsumer = await aConsumer().getEventHubProperties();

    expect(toProducer).toMatchObject({ name: hubName, partitionIds });
    expect(toProducer.createdOn.getTime()).toBeLessThanOrEqual(Date.now());
    expect(toProducer.createdOn.getTime()).toBeGreaterThan(0);
    expect(toConsumer).toEqual(toProducer);
  });

  it("of an unknown hub is refused", async () => {
    const asking = aProducer("no-such-hub").getEventHubProperties();

    await expect(asking).rejects.toMatchObject({ code: "MessagingEntityNotFoundError" });
  });
});

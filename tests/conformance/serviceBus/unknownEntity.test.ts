import { describe, expect, it } from "vitest";
import { useQueue } from "./useQueue.ts";

describe("an entity that does not exist", () => {
  const { client } = useQueue();

  it.each([
    ["sending to it", () => client().createSender("nowhere").sendMessages({ body: 1 })],
    [
      "receiving from it",
      () => client().createReceiver("nowhere").receiveMessages(1, { maxWaitTimeInMs: 100 }),
    ],
    ["peeking into it", () => client().createReceiver("nowhere").peekMessages(1)],
  ])("is named as the reason when %s fails", async (_what, use) => {
    await expect(use()).rejects.toMatchObject({ code: "MessagingEntityNotFound" });
  });

  it("does not disturb the connection's other links", async () => {
    const failed = client().createSender("nowhere").sendMessages({ body: 1 });
    await expect(failed).rejects.toThrow(/could not be found/);

    const sender = client().createSender("conformance");
    await expect(sender.sendMessages({ body: 1 })).resolves.toBeUndefined();
  });

  it("is not made out of letter case", async () => {
    const sender = client().createSender("CONFORMANCE");

    await expect(sender.sendMessages({ body: 1 })).resolves.toBeUndefined();
  });
});

describe("what a queue does not have", () => {
  const { client } = useQueue();

  it("refuses sessions on a plain queue", async () => {
    await expect(client().acceptSession("conformance", "s-1")).rejects.toThrow(/session/i);
  });
});

import { expect, test } from "vitest";
import { createTimedSend } from "../../../../shared/patterns/timedSend.ts";
import { fakeClock } from "../../../support/fakeClock.ts";

const message = (messageId: string) => ({ destination: "orders", messageId, body: {} });

test("reports nothing unsent once the bus has confirmed each message", async () => {
  const sent: string[] = [];
  const send = createTimedSend({
    send: async ({ messageId }) => void sent.push(messageId),
    clock: fakeClock(),
    timeoutMs: 3_000,
  });

  const outcome = await send([message("a"), message("b")]);

  expect(outcome.unsent).toEqual([]);
  expect(sent).toEqual(["a", "b"]);
});

test("reports the messages that failed, and why", async () => {
  const refused = new Error("connection refused");
  const send = createTimedSend({
    send: async ({ messageId }) => {
      if (messageId === "b") throw refused;
    },
    clock: fakeClock(),
    timeoutMs: 3_000,
  });

  const outcome = await send([message("a"), message("b"), message("c")]);

  expect(outcome).toEqual({ unsent: [message("b")], because: refused });
});

test("gives up on a silent bus at its time limit, and not before", async () => {
  const clock = fakeClock();
  const silent = new Promise<never>(() => undefined);
  const send = createTimedSend({
    send: ({ messageId }) => (messageId === "a" ? Promise.resolve() : silent),
    clock,
    timeoutMs: 3_000,
  });
  const settled: unknown[] = [];
  const pending = send([message("a"), message("b")]).then((outcome) => settled.push(outcome));

  clock.advance(2_999);
  await new Promise(setImmediate);
  expect(settled).toEqual([]);

  clock.advance(1);
  await pending;
  expect(settled).toMatchObject([
    { unsent: [{ messageId: "b" }], because: { message: "no answer within 3000 ms" } },
  ]);
});

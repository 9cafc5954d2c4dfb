import { describe, expect, it } from "vitest";
import { registerProcessOrder } from "../../functions/processOrder.ts";
import type { MessageHandler } from "../../shared/adapters/messageSettler.ts";
import { aDelivery } from "../support/aDelivery.ts";
import { anEvent, keyOf, ORDER } from "../support/anOrder.ts";
import { createOrderWorld } from "../support/orderWorld.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

function aFunction() {
  const world = createOrderWorld();
  const app = recordingApp();
  const handlers: MessageHandler[] = [];
  registerProcessOrder(app, {
    processOrder: world.process,
    settle: (_queue, handler) => {
      handlers.push(handler);
      return async () => undefined;
    },
  });
  const { context, lines } = recordingContext();
  return {
    world,
    lines,
    options: app.queues.get("processOrder"),
    receive: async (body: string | Uint8Array) =>
      handlers[0]?.(typeof body === "string" ? Buffer.from(body) : body, context, aDelivery()),
  };
}

describe("queue orders", () => {
  it("is received as bytes, from the queue that the settings name", () => {
    const { options } = aFunction();

    expect(options).toMatchObject({
      connection: "SERVICE_BUS",
      queueName: "%ORDERS_QUEUE%",
      dataType: "binary",
    });
  });

  it("processes the order and logs what came of it, by reference only", async () => {
    const { world, lines, receive } = aFunction();

    await receive(JSON.stringify(anEvent()));

    expect(world.outcomes()).toEqual(["approved"]);
    expect(lines).toEqual([
      {
        level: "information",
        event: "order processed",
        details: {
          order: ORDER,
          outcome: "approved",
          correlationId: keyOf().split(":")[2],
          door: "webhook",
        },
      },
    ]);
  });

  it("takes members that it does not know, for the sake of a newer producer", async () => {
    const { world, receive } = aFunction();

    await receive(`\uFEFF${JSON.stringify({ ...anEvent(), addedLater: true })}`);

    expect(world.outcomes()).toEqual(["approved"]);
  });

  it.each([
    ["malformed", "{", "malformed-json"],
    ["too deep", `${"[".repeat(5_000)}${"]".repeat(5_000)}`, "too-deep"],
    ["too large", JSON.stringify({ ...anEvent(), padding: "x".repeat(70_000) }), "too-large"],
    ["not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "invalid-utf8"],
    ["without a row", JSON.stringify({ ...anEvent(), rowId: undefined }), "invalid"],
    ["of another schema", JSON.stringify({ ...anEvent(), schema: 2 }), "invalid"],
    ["of what is no table", JSON.stringify({ ...anEvent(), table: "a/b" }), "invalid"],
    ["of a wrong type", JSON.stringify({ ...anEvent(), modifiedOn: "soon" }), "invalid"],
  ])("refuses a message that is %s for good, untouched", async (_name, body, code) => {
    const { world, receive } = aFunction();

    await expect(receive(body)).rejects.toMatchObject({ name: "TerminalError", code });
    expect(world.store.calls).toEqual([]);
  });
});

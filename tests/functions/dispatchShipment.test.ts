import { describe, expect, it } from "vitest";
import { registerDispatchShipment } from "../../functions/dispatchShipment.ts";
import type { MessageHandler } from "../../shared/adapters/messageSettler.ts";
import type { WarehouseCommand } from "../../shared/domain/warehouseCommand.ts";
import { aDelivery } from "../support/aDelivery.ts";
import { aContent, keyOf, ORDER } from "../support/anOrder.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

const command = {
  schema: 1,
  type: "requestShipment",
  order: ORDER,
  orderNumber: "ORD-01000",
  submission: keyOf(),
  sequence: 1,
  key: `${keyOf()}:requestShipment`,
  lines: aContent.lines,
};

function aFunction() {
  const app = recordingApp();
  const handlers: MessageHandler[] = [];
  const dispatched: WarehouseCommand[] = [];
  registerDispatchShipment(app, {
    async dispatchShipment(received) {
      dispatched.push(received);
      return { outcome: "shipped", sequence: received.sequence };
    },
    settle: (_queue, handler) => {
      handlers.push(handler);
      return async () => undefined;
    },
  });
  const { context, lines } = recordingContext();
  return {
    dispatched,
    lines,
    options: app.queues.get("dispatchShipment"),
    receive: async (body: string) => handlers[0]?.(Buffer.from(body), context, aDelivery()),
  };
}

describe("queue warehouse", () => {
  it("is received as bytes, from the queue that the settings name", () => {
    const { options } = aFunction();

    expect(options).toMatchObject({
      connection: "SERVICE_BUS",
      queueName: "%WAREHOUSE_QUEUE%",
      dataType: "binary",
    });
  });

  it("dispatches the command and logs what came of it", async () => {
    const { dispatched, lines, receive } = aFunction();

    await receive(JSON.stringify(command));

    expect(dispatched).toEqual([command]);
    expect(lines).toEqual([
      {
        level: "information",
        event: "warehouse command dispatched",
        details: { order: ORDER, type: "requestShipment", outcome: "shipped", sequence: 1 },
      },
    ]);
  });

  it.each([
    ["a sequence of 0", { sequence: 0 }],
    ["no key", { key: "" }],
    ["a key that no header carries", { key: "ключ" }],
    ["a key that is too long", { key: "k".repeat(256) }],
    ["an order that no table keeps", { order: "a/b" }],
    ["an order without a row", { order: "salesorder" }],
    ["a quantity that is no decimal", { lines: [{ sku: "BIKE-1", quantity: "two" }] }],
    ["an unknown type", { type: "burn" }],
    ["a line without quantity", { lines: [{ sku: "BIKE-1" }] }],
  ])("refuses a command with %s for good", async (_name, change) => {
    const { dispatched, receive } = aFunction();

    await expect(receive(JSON.stringify({ ...command, ...change }))).rejects.toMatchObject({
      name: "TerminalError",
      code: "invalid",
    });
    expect(dispatched).toEqual([]);
  });
});

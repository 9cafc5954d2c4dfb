import { describe, expect, it } from "vitest";
import type { AmqpNode } from "../../../../local/amqp/node.ts";
import { createServiceBus } from "../../../../local/serviceBus/emulator.ts";
import type { QueueDescription } from "../../../../local/serviceBus/queueDescription.ts";
import { aQueue } from "../../../support/aQueue.ts";

const serviceBus = (queue: Partial<QueueDescription> = {}) =>
  createServiceBus({ queues: [aQueue("Orders", queue)], now: () => 0, log: () => {} });

const kindOf = (node: AmqpNode | undefined) => node && (node.answer ? "management" : "messages");

describe("the Service Bus emulator", () => {
  it.each([
    ["orders", "messages"],
    ["ORDERS/$deadletterqueue", "messages"],
    ["orders/$management", "management"],
    ["orders/$DeadLetterQueue/$management", "management"],
    ["orders/$Transfer/$DeadLetterQueue", undefined],
    ["order", undefined],
    ["$management", undefined],
    ["", undefined],
  ])("resolves %o to %s", (address, kind) => {
    expect(kindOf(serviceBus().resolve(address))).toBe(kind);
  });

  it("refuses to start with a queue of sessions, which it does not emulate", () => {
    expect(() => serviceBus({ requiresSession: true })).toThrow(/"Orders".*RequiresSession/);
  });

  it("refuses to start with queues that forward in a circle", () => {
    expect(() => serviceBus({ forwardTo: "orders" })).toThrow(/"Orders".*more than 4 queues/);
  });

  it("forgets the planned faults of the queue that is reset, and no other's", () => {
    const bus = createServiceBus({
      queues: [aQueue("orders"), aQueue("warehouse")],
      now: () => 0,
      log: () => {},
    });
    const paths = ["orders", "orders/$DeadLetterQueue", "warehouse"];
    const planned = () => paths.map((path) => bus.find(path)?.planned.duplicates);
    for (const path of paths) Object.assign(bus.find(path)?.planned ?? {}, { duplicates: 1 });

    bus.reset("Orders");
    expect(planned()).toEqual([0, 0, 1]);
    bus.reset();

    expect(planned()).toEqual([0, 0, 0]);
  });

  it("answers an operation that it does not know with amqp:not-implemented", () => {
    const answer = serviceBus().resolve("orders/$management")?.answer;

    expect(() =>
      answer?.({
        operation: "com.microsoft:get-session-state",
        properties: {},
        fields: new Map(),
        body: undefined,
        connection: { id: 1, containerId: "" },
      }),
    ).toThrow(expect.objectContaining({ condition: "amqp:not-implemented" }) as Error);
  });
});

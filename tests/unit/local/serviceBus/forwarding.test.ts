import rhea from "rhea";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DiskFullError } from "../../../../local/journal/errors.ts";
import { createServiceBus } from "../../../../local/serviceBus/emulator.ts";
import type { QueueStores } from "../../../../local/serviceBus/queueStore.ts";
import { readSubmission } from "../../../../local/serviceBus/storedMessage.ts";
import { aQueue } from "../../../support/aQueue.ts";

/** A disk that takes a message of at most `room` bytes for the target, and any for its source. */
function aBusWith(disk: { room: number }) {
  const stores: QueueStores = {
    of: (name) => ({
      record: () => {},
      makeRoom: (bytes) => {
        if (name === "target" && bytes > disk.room) throw new DiskFullError("full");
      },
    }),
    restore: () => {},
    size: () => 0,
    close: () => {},
  };
  const queues = [aQueue("target"), aQueue("source", { forwardTo: "target" })];
  const bus = createServiceBus({ queues, now: Date.now, stores, log: () => {} });
  const send = (body: string) => {
    const encoded = rhea.message.encode({ message_id: body, body });
    bus.find("source")?.queue.send(readSubmission(encoded, () => "id"));
  };
  const at = (name: string) =>
    bus
      .find(name)
      ?.queue.peek(0, 10)
      .map(({ content, deliveryCount }) => ({
        body: rhea.message.decode(content.bare)["body"] as string,
        deliveryCount,
      }));
  return { bus, send, at };
}

describe("forwarding to a queue that has no room", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("leaves messages where they are, and sends them on in their order once there is", () => {
    const disk = { room: 0 };
    const { send, at } = aBusWith(disk);

    send("one");
    send("two");
    vi.advanceTimersByTime(3_000);
    expect([at("source"), at("target")]).toEqual([
      [
        { body: "one", deliveryCount: 0 },
        { body: "two", deliveryCount: 0 },
      ],
      [],
    ]);
    disk.room = 1_000;
    vi.advanceTimersByTime(1_000);

    expect(at("source")).toEqual([]);
    expect(at("target")?.map(({ body }) => body)).toEqual(["one", "two"]);
  });

  it("tries no more after the broker has closed", () => {
    const disk = { room: 0 };
    const { bus, send, at } = aBusWith(disk);
    send("one");

    bus.close();
    disk.room = 1_000;
    vi.advanceTimersByTime(5_000);

    expect(at("target")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { DamagedStateError } from "../../../../local/journal/errors.ts";
import { createServiceBus } from "../../../../local/serviceBus/emulator.ts";
import { createQueueStores } from "../../../../local/serviceBus/queueStore.ts";
import { aQueue } from "../../../support/aQueue.ts";
import { copyOf, createMemoryFiles, type MemoryFiles } from "../../../support/memoryFiles.ts";

function start(files: MemoryFiles, names: readonly string[]) {
  const stores = createQueueStores({
    path: "queues.journal",
    files,
    sync: false,
    commits: { add: (changed) => void changed.commit(), commit: () => {}, close: () => {} },
    log: () => {},
  });
  return createServiceBus({
    queues: names.map((name) => aQueue(name)),
    now: () => 0,
    stores,
    log: () => {},
  });
}

const send = (bus: ReturnType<typeof start>, name: string) =>
  bus.find(name)?.queue.send({
    content: {
      durable: true,
      priority: undefined,
      timeToLiveMs: undefined,
      annotations: [],
      bare: Buffer.from("body"),
    },
    messageId: "id",
    timeToLiveMs: undefined,
    scheduledAt: undefined,
  });

describe("the file of a namespace's queues", () => {
  it("gives each queue its own messages back, also beside a queue that is new", () => {
    const files = createMemoryFiles();
    const before = start(files, ["orders", "warehouse"]);
    send(before, "orders");

    const after = start(copyOf(files), ["new", "ORDERS", "warehouse"]);

    expect(after.entities().map(({ name, active }) => [name, active])).toEqual([
      ["new", 0],
      ["ORDERS", 1],
      ["warehouse", 0],
    ]);
  });

  it("refuses to forget the messages of a queue that is not declared any more", () => {
    const files = createMemoryFiles();
    send(start(files, ["orders", "warehouse"]), "warehouse");

    expect(() => start(copyOf(files), ["orders"])).toThrow(DamagedStateError);
    expect(() => start(copyOf(files), ["orders"])).toThrow(/1 message\(s\) of queue "warehouse"/);
  });

  it("lets an empty queue go", () => {
    const files = createMemoryFiles();
    const before = start(files, ["orders", "warehouse"]);
    send(before, "warehouse");
    before.find("warehouse")?.queue.receiveAndDelete();

    expect(() => start(copyOf(files), ["orders"])).not.toThrow();
  });
});

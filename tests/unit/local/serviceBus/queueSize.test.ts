import { expect, it } from "vitest";
import { aQueue } from "./testQueue.ts";

const MANY = 200_000;
const MICROSECONDS_PER_MS = 1_000;

it("fills and drains a queue of many messages in time that grows no faster than their number", {
  timeout: 60_000,
}, () => {
  const { queue, send } = aQueue();
  const before = process.cpuUsage();

  for (let n = 0; n < MANY; n += 1) send("x");
  for (let locked = queue.receive(); locked; locked = queue.receive()) {
    queue.settle(locked.lock.id, { kind: "complete" });
  }

  expect(queue.counts()).toEqual({ active: 0, locked: 0, scheduled: 0, deferred: 0 });
  // Generous: quadratic work on so many takes minutes. Time at work, so that other work does not count.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / MICROSECONDS_PER_MS).toBeLessThan(4_000);
});

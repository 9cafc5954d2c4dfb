import { describe, expect, it } from "vitest";
import {
  type LogPosition,
  Partition,
  type Retention,
} from "../../../../local/eventHubs/partition.ts";

const keepAll: Partial<Retention> = { maxEvents: 1_000, maxBytes: 1_000_000 };

function aPartition(retention = keepAll) {
  const clock = { now: 1_000 };
  const partition = new Partition<string>({ now: () => clock.now, retention });
  return { clock, partition };
}

const event = (name: string, sizeBytes = 10) => ({ sizeBytes, at: () => name });

describe("Partition", () => {
  it("numbers events from 0 and stamps them with the byte offset and the time of their append", () => {
    const { clock, partition } = aPartition();

    partition.append([event("a", 10), event("b", 20)]);
    clock.now = 2_000;
    partition.append([event("c")]);

    expect(partition.at(0)).toEqual({
      sequenceNumber: 0,
      offset: 0,
      enqueuedTimeMs: 1_000,
      sizeBytes: 10,
      stored: "a",
    });
    expect(partition.at(1)).toMatchObject({ offset: 10, enqueuedTimeMs: 1_000, stored: "b" });
    expect(partition.at(2)).toMatchObject({ offset: 30, enqueuedTimeMs: 2_000, stored: "c" });
    expect(partition.at(3)).toBeUndefined();
  });

  it("hands an event its position", () => {
    const { partition } = aPartition();
    const positions: LogPosition[] = [];
    const recording = {
      sizeBytes: 7,
      at: (position: LogPosition) => String(positions.push(position)),
    };

    partition.append([recording, recording]);

    expect(positions).toEqual([
      { sequenceNumber: 0, offset: 0, enqueuedTimeMs: 1_000 },
      { sequenceNumber: 1, offset: 7, enqueuedTimeMs: 1_000 },
    ]);
  });

  it("never lets enqueued times go back when the clock does", () => {
    const { clock, partition } = aPartition();

    partition.append([event("a")]);
    clock.now = 500;
    partition.append([event("b")]);

    expect(partition.at(1)?.enqueuedTimeMs).toBe(1_000);
  });

  it("locates each kind of position", () => {
    const { clock, partition } = aPartition();
    for (const name of ["a", "b", "c"]) {
      partition.append([event(name)]);
      clock.now += 100;
    }

    const located = [
      partition.locate({ kind: "earliest" }),
      partition.locate({ kind: "latest" }),
      partition.locate({ kind: "sequenceNumber", value: 1, inclusive: true }),
      partition.locate({ kind: "sequenceNumber", value: 1, inclusive: false }),
      partition.locate({ kind: "offset", value: 10, inclusive: true }),
      partition.locate({ kind: "offset", value: 10, inclusive: false }),
      partition.locate({ kind: "enqueuedTime", value: 1_100, inclusive: true }),
      partition.locate({ kind: "enqueuedTime", value: 1_100, inclusive: false }),
    ];

    expect(located).toEqual([0, 3, 1, 2, 1, 2, 1, 2]);
  });

  it("tells a position that it has never reached", () => {
    const { partition } = aPartition();
    partition.append([event("a")]);

    const beyond = [
      partition.isBeyondEnd({ kind: "sequenceNumber", value: 1, inclusive: true }),
      partition.isBeyondEnd({ kind: "sequenceNumber", value: 2, inclusive: true }),
      partition.isBeyondEnd({ kind: "offset", value: 10, inclusive: false }),
      partition.isBeyondEnd({ kind: "offset", value: 11, inclusive: false }),
      partition.isBeyondEnd({ kind: "latest" }),
    ];

    expect(beyond).toEqual([false, true, false, true, false]);
  });

  it("drops the oldest events above either bound but keeps the newest, however large", () => {
    const { partition } = aPartition({ maxEvents: 3, maxBytes: 100 });

    partition.append([event("a"), event("b"), event("c"), event("d")]);
    const afterCount = partition.info().beginningSequenceNumber;
    partition.append([event("large", 500)]);

    expect(afterCount).toBe(1);
    expect(partition.info()).toMatchObject({
      beginningSequenceNumber: 4,
      last: { sequenceNumber: 4, offset: 40 },
    });
    expect(partition.at(3)).toBeUndefined();
  });

  it("tells watchers of each append until they stop watching", () => {
    const { partition } = aPartition();
    let calls = 0;
    const unwatch = partition.watch(() => {
      calls += 1;
    });

    partition.append([event("a"), event("b")]);
    partition.append([]);
    unwatch();
    partition.append([event("c")]);

    expect(calls).toBe(1);
  });

  it("lets a reader go on with the oldest event kept when its next one was dropped", () => {
    const { partition } = aPartition({ maxEvents: 2, maxBytes: 1_000 });
    partition.append([event("a"), event("b"), event("c"), event("d")]);

    const resumed = [0, 1, 2, 3, 4].map((next) => partition.resume(next));

    expect(resumed).toEqual([2, 2, 2, 3, 4]);
  });

  it("drops events that have reached their age, with an append or without", () => {
    const { clock, partition } = aPartition({ ...keepAll, maxAgeMs: 1_000 });
    partition.append([event("a")]);
    clock.now += 600;
    partition.append([event("b")]);

    clock.now += 600;
    partition.append([event("c")]);
    const withAppend = partition.info().beginningSequenceNumber;
    clock.now += 1_001;
    partition.trim();

    expect(withAppend).toBe(1);
    expect(partition.info()).toMatchObject({
      beginningSequenceNumber: 3,
      last: { sequenceNumber: 2, offset: 20 },
    });
    expect(partition.at(2)).toBeUndefined();
  });

  it("goes on with its numbers and offsets once cleared, and so do its readers", () => {
    const { partition } = aPartition();
    partition.append([event("a"), event("b")]);

    partition.clear();
    const cleared = partition.info();
    partition.append([event("c")]);

    expect(cleared).toMatchObject({ beginningSequenceNumber: 2, last: { sequenceNumber: 1 } });
    expect(partition.at(1)).toBeUndefined();
    expect(partition.at(2)).toMatchObject({ offset: 20, stored: "c" });
    expect([1, 2].map((next) => partition.resume(next))).toEqual([2, 2]);
  });
});

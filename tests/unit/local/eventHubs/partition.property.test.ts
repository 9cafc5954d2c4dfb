import assert from "node:assert/strict";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type LogEntry, Partition } from "../../../../local/eventHubs/partition.ts";
import type { StartPosition } from "../../../../local/eventHubs/startPosition.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

type Event = { id: number; sequenceNumber: number; offset: number; time: number; size: number };
type Model = { all: Event[]; now: number };
type Real = { partition: Partition<number>; clock: { now: number }; log: LogEntry<number>[] };

/** A partition that tells its log; the entries of a former life come back from it. */
function start(clock: { now: number }, former: readonly LogEntry<number>[] = []): Real {
  const log = [...former];
  const keeper = {
    onAppend: (entries: readonly LogEntry<number>[]) => void log.push(...entries),
    onTrim: (beginning: number) => {
      // As files are dropped: late, and several events at once.
      while ((log[4]?.sequenceNumber ?? Number.POSITIVE_INFINITY) < beginning) log.splice(0, 4);
    },
    onClear: () => void log.splice(0),
  };
  const partition = new Partition<number>({ now: () => clock.now, retention, keeper });
  for (const entry of former) assert.ok(partition.restore(entry));
  return { partition, clock, log };
}

const retention = { maxEvents: 8, maxBytes: 60 };

/** What retention leaves: the longest tail within both bounds, and never less than the newest event. */
function kept({ all }: Model): Event[] {
  let bytes = 0;
  const tail = all.toReversed().filter((event, age) => {
    bytes += event.size;
    return age === 0 || (age < retention.maxEvents && bytes <= retention.maxBytes);
  });
  return tail.toReversed();
}

/** Reads from a position to the end by looking at every event. */
function readModel(model: Model, position: StartPosition): number[] {
  const matches = (event: Event): boolean => {
    if (position.kind === "earliest") return true;
    if (position.kind === "latest") return false;
    const at = {
      offset: event.offset,
      sequenceNumber: event.sequenceNumber,
      enqueuedTime: event.time,
    };
    const value = at[position.kind];
    return position.inclusive ? value >= position.value : value > position.value;
  };
  return kept(model)
    .filter(matches)
    .map(({ id }) => id);
}

function readReal({ partition }: Real, position: StartPosition): number[] {
  const read: number[] = [];
  for (let next = partition.locate(position); ; next += 1) {
    const entry = partition.at(next);
    if (!entry) return read;
    read.push(entry.stored);
  }
}

class Append implements fc.Command<Model, Real> {
  readonly #sizes: readonly number[];
  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
  }
  check = () => true;
  run(model: Model, { partition }: Real) {
    const first = model.all.length;
    partition.append(this.#sizes.map((sizeBytes, n) => ({ sizeBytes, at: () => first + n })));
    const time = Math.max(model.now, model.all.at(-1)?.time ?? 0);
    for (const size of this.#sizes) {
      const last = model.all.at(-1);
      const id = model.all.length;
      const offset = last ? last.offset + last.size : 0;
      model.all.push({ id, sequenceNumber: id, offset, time, size });
    }
    const { beginningSequenceNumber, last } = partition.info();
    assert.equal(beginningSequenceNumber, kept(model)[0]?.sequenceNumber ?? 0);
    assert.equal(last?.sequenceNumber, model.all.at(-1)?.sequenceNumber);
  }
  toString = () => `append(${this.#sizes.join()})`;
}

class MoveClock implements fc.Command<Model, Real> {
  readonly #ms: number;
  constructor(ms: number) {
    this.#ms = ms;
  }
  check = () => true;
  run(model: Model, { clock }: Real) {
    model.now += this.#ms;
    clock.now += this.#ms;
  }
  toString = () => `moveClock(${this.#ms})`;
}

class Read implements fc.Command<Model, Real> {
  readonly #position: StartPosition;
  constructor(position: StartPosition) {
    this.#position = position;
  }
  check = () => true;
  run(model: Model, real: Real) {
    assert.deepEqual(readReal(real, this.#position), readModel(model, this.#position));
  }
  toString = () => `read(${JSON.stringify(this.#position)})`;
}

/** Ends the process and starts the partition from what it told. */
class Restart implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real) {
    Object.assign(real, start(real.clock, real.log));
    const { beginningSequenceNumber, last } = real.partition.info();
    assert.equal(beginningSequenceNumber, kept(model)[0]?.sequenceNumber ?? 0);
    assert.equal(last?.sequenceNumber, model.all.at(-1)?.sequenceNumber);
    assert.equal(real.partition.next, model.all.length);
  }
  toString = () => "restart";
}

const valued = (kind: "offset" | "sequenceNumber" | "enqueuedTime", max: number) =>
  fc.record({
    kind: fc.constant(kind),
    value: fc.integer({ min: -1, max }),
    inclusive: fc.boolean(),
  });

const commands = [
  fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 5 }).map((sizes) => new Append(sizes)),
  fc.integer({ min: -5, max: 20 }).map((ms) => new MoveClock(ms)),
  fc.constant(new Restart()),
  fc
    .oneof(
      fc.constant({ kind: "earliest" as const }),
      fc.constant({ kind: "latest" as const }),
      valued("offset", 200),
      valued("sequenceNumber", 40),
      valued("enqueuedTime", 150),
    )
    .map((position) => new Read(position)),
];

it(
  "reads what a list of all events filtered one by one would give, whatever happened before",
  unhurried,
  () =>
    everyHistory(
      fc.property(fc.commands(commands, { maxCommands: 60, size: "max" }), (sequence) => {
        const clock = { now: 100 };
        const both = () => ({ model: { all: [], now: 100 }, real: start(clock) });
        expect(() => fc.modelRun(both, sequence)).not.toThrow();
      }),
    ),
);

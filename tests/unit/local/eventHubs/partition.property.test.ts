import assert from "node:assert/strict";
import * as fc from "fast-check";
import { it } from "vitest";
import type { StartPosition } from "../../../../local/eventHubs/startPosition.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { aDurablePartition } from "./aDurablePartition.ts";

/*
 * The partition, on its real files, beside a list of all events ever appended, of which those from `begin`
 * on are kept. Whatever the sequence of calls, both must show the same.
 */
const retention = { maxEvents: 8, maxBytes: 60, maxAgeMs: 40 };

type Event = { sequenceNumber: number; offset: number; time: number; size: number; from: number };
/** What a producer knows to be published, and what the partition knows: for sure, or as long as its files last. */
type Producer = { told: number; last: number; isSure: boolean };
type Model = { all: Event[]; begin: number; now: number; latest: number; producers: Producer[] };
type Real = ReturnType<typeof aDurablePartition>;

/** No producer. */
const ANYBODY = -1;

const kept = ({ all, begin }: Model) => all.slice(begin);

/** What retention leaves: the longest tail within both bounds, at least the newest event; of that what is young. */
function trim(model: Model): void {
  let bytes = 0;
  const tail = kept(model)
    .toReversed()
    .filter(({ size }, place) => {
      bytes += size;
      return place === 0 || (place < retention.maxEvents && bytes <= retention.maxBytes);
    })
    .filter(({ time }) => time >= model.now - retention.maxAgeMs);
  model.begin = model.all.length - tail.length;
}

function append(model: Model, sizes: readonly number[], from = ANYBODY): void {
  const time = Math.max(model.now, model.all.at(-1)?.time ?? 0);
  for (const [index, size] of sizes.entries()) {
    const last = model.all.at(-1);
    model.all.push({
      sequenceNumber: model.all.length,
      offset: last ? last.offset + last.size : 0,
      time,
      size,
      from: index === sizes.length - 1 ? from : ANYBODY,
    });
  }
  if (sizes.length > 0) trim(model);
}

/** Events that say their numbers. */
const eventsAt = (first: number, sizes: readonly number[]) =>
  sizes.map((sizeBytes, index) => ({ says: String(first + index), sizeBytes }));

/** Reads from a position to the end by looking at every event. */
function readModel(model: Model, position: StartPosition): string[] {
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
    .map(({ sequenceNumber }) => String(sequenceNumber));
}

type Step =
  | { do: "append"; sizes: number[] }
  | { do: "publish"; producer: number; sizes: number[]; answerIsLost: boolean }
  | { do: "read"; position: StartPosition }
  | { do: "moveClock"; ms: number }
  | { do: "trim" }
  | { do: "clear" }
  | { do: "restart" };

const valued = (kind: "offset" | "sequenceNumber" | "enqueuedTime", max: number) =>
  fc.record({
    kind: fc.constant(kind),
    value: fc.integer({ min: -1, max }),
    inclusive: fc.boolean(),
  });

const size = fc.integer({ min: 1, max: 20 });
const often = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
const step: fc.Arbitrary<Step> = fc.oneof(
  often(
    4,
    fc.record({ do: fc.constant("append" as const), sizes: fc.array(size, { maxLength: 5 }) }),
  ),
  often(
    4,
    fc.record({
      do: fc.constant("publish" as const),
      producer: fc.nat(1),
      sizes: fc.array(size, { minLength: 1, maxLength: 3 }),
      answerIsLost: fc.boolean(),
    }),
  ),
  often(
    4,
    fc.record({
      do: fc.constant("read" as const),
      position: fc.oneof(
        fc.constant({ kind: "earliest" as const }),
        fc.constant({ kind: "latest" as const }),
        valued("offset", 400),
        valued("sequenceNumber", 60),
        valued("enqueuedTime", 1_150),
      ),
    }),
  ),
  often(
    4,
    fc.record({ do: fc.constant("moveClock" as const), ms: fc.integer({ min: -5, max: 20 }) }),
  ),
  often(2, fc.record({ do: fc.constant("trim" as const) })),
  often(1, fc.record({ do: fc.constant("clear" as const) })),
  often(3, fc.record({ do: fc.constant("restart" as const) })),
);

it(
  "shows what a list of all events filtered one by one shows, after any sequence of calls and restarts",
  unhurried,
  () =>
    everyHistory(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const real = aDurablePartition(retention);
        const { now } = real.clock;
        const nobody = { told: 0, last: 0, isSure: false };
        const model: Model = {
          all: [],
          begin: 0,
          now,
          latest: now,
          producers: [{ ...nobody }, { ...nobody }],
        };
        for (const next of steps) {
          apply(next, model, real);
          real.commit();
          assert.deepEqual(shown(real), shownByModel(model));
        }
      }),
    ),
);

function shown({ partition }: Real): unknown {
  const { beginningSequenceNumber, last } = partition.events.info();
  return [
    beginningSequenceNumber,
    partition.events.next,
    last?.sequenceNumber,
    last?.offset,
    last?.enqueuedTimeMs,
  ];
}

function shownByModel({ all, begin }: Model): unknown {
  const last = all.at(-1);
  return [begin, all.length, last?.sequenceNumber, last?.offset, last?.time];
}

/** Does the step to both. */
function apply(next: Step, model: Model, real: Real): void {
  const { events, producers } = real.partition;
  switch (next.do) {
    case "append":
      real.append(eventsAt(model.all.length, next.sizes));
      append(model, next.sizes);
      break;
    case "publish":
      publish(next, model, real);
      break;
    case "read":
      assert.deepEqual(real.read(events.locate(next.position)), readModel(model, next.position));
      break;
    case "moveClock":
      model.now += next.ms;
      model.latest = Math.max(model.latest, model.now);
      real.clock.now = model.now;
      break;
    case "trim":
      events.trim();
      trim(model);
      break;
    case "clear":
      events.clear();
      producers.clear();
      model.begin = model.all.length;
      for (const producer of model.producers) producer.last = producer.told;
      break;
    case "restart":
      // Whether files still hold what was too old once, and is not by a clock set back, nobody can tell.
      model.now = model.latest;
      real.clock.now = model.now;
      real.restart();
      trim(model);
      for (const [id, producer] of model.producers.entries()) {
        producer.isSure = kept(model).some(({ from }) => from === id);
      }
      break;
    default:
      next satisfies never;
  }
}

/** Sends the events that follow those which the producer knows to be published. */
function publish(
  { producer: id, sizes, answerIsLost }: Extract<Step, { do: "publish" }>,
  model: Model,
  real: Real,
): void {
  const producer = model.producers[id] as Producer;
  const { told } = producer;
  const claim = { id, epoch: 0, sequenceNumber: told };
  const mark = { id, epoch: 0, sequenceNumber: told + sizes.length };
  const repeated = real.partition.producers
    .attach(claim)
    .publish(told + 1, sizes.length, (published) => {
      real.append(eventsAt(model.all.length, sizes.slice(published)), mark);
      return published;
    });

  const known = Math.min(sizes.length, producer.last - told);
  const isForgotten = !producer.isSure && repeated === 0;
  assert.equal(repeated, isForgotten ? 0 : known);
  append(model, sizes.slice(repeated), id);
  producer.last = Math.max(isForgotten ? 0 : producer.last, told + sizes.length);
  producer.isSure = true;
  if (!answerIsLost) producer.told = told + sizes.length;
}

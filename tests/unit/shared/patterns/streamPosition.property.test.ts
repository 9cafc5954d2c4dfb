import * as fc from "fast-check";
import { expect, it } from "vitest";
import { beginning, continueFrom } from "../../../../shared/patterns/streamPosition.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

type Event = { readonly id: number; readonly sequenceNumber: number; readonly enqueuedAt: number };

const aStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      gapsMs: fc.array(fc.integer({ min: -3, max: 5 }), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      back: fc.nat(6),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set up anew" as const) }) },
);

/** A stream as its broker has it: its clock may go back while it lives, but a new life begins after all before. */
class Stream {
  #events: Event[] = [];
  #now = 1_000;
  #latest = 1_000;
  #ids = 0;
  /** Where the host is: it goes back at will, but passes nothing over. */
  #next = 0;

  append(gapMs: number): void {
    const sequenceNumber = this.#events.length;
    this.#now = sequenceNumber === 0 ? this.#latest + 1 : this.#now + gapMs;
    this.#latest = Math.max(this.#latest, this.#now);
    this.#events.push({ id: this.#ids++, sequenceNumber, enqueuedAt: this.#now });
  }

  read(back: number, count: number): readonly Event[] {
    const from = Math.max(0, this.#next - back);
    const batch = this.#events.slice(from, from + count);
    this.#next = Math.max(this.#next, from + batch.length);
    return batch;
  }

  setUpAnew(): void {
    this.#events = [];
    this.#next = 0;
  }
}

it(
  "numbers each event once, on from the last, whatever comes again and however often the stream begins anew",
  unhurried,
  () =>
    everyHistory(
      fc.property(fc.array(aStep, { maxLength: 30, size: "max" }), (steps) => {
        const stream = new Stream();
        let position = beginning;
        const numbered: [number, number][] = [];
        const seen = new Set<number>();
        for (const step of steps) {
          switch (step.do) {
            case "append":
              for (const gapMs of step.gapsMs) stream.append(gapMs);
              break;
            case "set up anew":
              stream.setUpAnew();
              break;
            case "read": {
              const batch = stream.read(step.back, step.count);
              for (const { id } of batch) seen.add(id);
              const { fresh, next } = continueFrom(position, batch);
              numbered.push(
                ...fresh.map(({ id, sequenceNumber }): [number, number] => [sequenceNumber, id]),
              );
              position = next;
              break;
            }
          }
        }

        expect(numbered).toEqual([...[...seen].entries()]);
      }),
    ),
);

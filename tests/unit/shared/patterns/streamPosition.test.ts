import { describe, expect, it } from "vitest";
import { beginning, continueFrom } from "../../../../shared/patterns/streamPosition.ts";

const at = (sequenceNumber: number, enqueuedAt = 1_000 + sequenceNumber) => ({
  sequenceNumber,
  enqueuedAt,
});
const numbers = (events: readonly { sequenceNumber: number }[]) =>
  events.map(({ sequenceNumber }) => sequenceNumber);

it("takes what lies past the position, once each, and moves there", () => {
  const { next } = continueFrom(beginning, [at(0), at(1)]);

  const further = continueFrom(next, [at(1), at(2), at(2), at(3)]);

  expect(numbers(further.fresh)).toEqual([2, 3]);
  expect(further.next).toEqual({ base: 0, lastSequence: 3, lastEnqueuedAt: 1_003 });
});

it("stays where it is when everything was read before", () => {
  const { next } = continueFrom(beginning, [at(0), at(1)]);

  expect(continueFrom(next, [at(0), at(1)])).toEqual({ fresh: [], next });
});

describe("a stream that was set up anew", () => {
  const { next: before } = continueFrom(beginning, [at(0), at(1), at(2)]);
  const anew = [at(0, 2_000), at(1, 2_001)];

  it("is numbered on from where the last one ended", () => {
    const { fresh, next } = continueFrom(before, anew);

    expect(numbers(fresh)).toEqual([3, 4]);
    expect(next).toEqual({ base: 3, lastSequence: 4, lastEnqueuedAt: 2_001 });
  });

  it("then takes its repetitions for what they are", () => {
    const { next } = continueFrom(before, anew);

    const again = continueFrom(next, [...anew, at(2, 2_002)]);

    expect(numbers(again.fresh)).toEqual([5]);
  });

  it("may be set up anew again", () => {
    const { next } = continueFrom(before, anew);

    expect(numbers(continueFrom(next, [at(0, 3_000)]).fresh)).toEqual([5]);
  });
});

it("is not misled by a broker clock that went back for a while", () => {
  const { next } = continueFrom(beginning, [at(0, 5_000), at(1, 4_000)]);

  const again = continueFrom(next, [at(0, 5_000), at(1, 4_000), at(2, 4_500)]);

  expect(numbers(again.fresh)).toEqual([2]);
});

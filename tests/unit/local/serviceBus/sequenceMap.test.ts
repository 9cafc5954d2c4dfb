import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SequenceMap } from "../../../../local/serviceBus/sequenceMap.ts";

const numbers = (map: SequenceMap<{ sequenceNumber: number }>) =>
  map.from(0, Number.MAX_SAFE_INTEGER).map(({ sequenceNumber }) => sequenceNumber);

describe("a sequence map", () => {
  it("keeps order through any inserts, deletes and shifts", () => {
    const call = fc.record({
      how: fc.constantFrom("insert", "insert", "insert", "delete", "shift"),
      number: fc.integer({ min: 0, max: 2_000 }),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 1_500, size: "max" }), (calls) => {
        const map = new SequenceMap<{ sequenceNumber: number }>();
        const plain = new Set<number>();
        for (const { how, number } of calls) {
          if (how === "shift") {
            const [lowest] = [...plain].sort((one, other) => one - other);
            if (lowest !== undefined) plain.delete(lowest);
            if (map.shift()?.sequenceNumber !== lowest) throw new Error("shifted another");
          } else if (how === "delete") {
            if (map.delete(number) !== plain.delete(number)) throw new Error("deleted another");
          } else if (!plain.has(number)) {
            plain.add(number);
            map.insert({ sequenceNumber: number });
          }
        }
        expect(numbers(map)).toEqual([...plain].sort((one, other) => one - other));
        expect(map.size).toBe(plain.size);
      }),
      { numRuns: 40 },
    );
  });

  it("finds an item by its number and a range from any number on", () => {
    const map = new SequenceMap<{ sequenceNumber: number }>();
    for (let number = 10; number <= 10_000; number += 10) map.insert({ sequenceNumber: number });

    expect(map.get(5_000)).toEqual({ sequenceNumber: 5_000 });
    expect(map.get(5_001)).toBeUndefined();
    expect(map.from(5_001, 2).map(({ sequenceNumber }) => sequenceNumber)).toEqual([5_010, 5_020]);
    expect(map.from(10_001, 2)).toEqual([]);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DueHeap } from "../../../../local/serviceBus/dueHeap.ts";

describe("a due heap", () => {
  it("gives items in the order of their times, none before its time", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 })), (times) => {
        const heap = new DueHeap<number>(() => true);
        for (const at of times) heap.push(at, at);

        const early = drain(heap, 50);
        const late = drain(heap, 100);

        const sorted = times.toSorted((one, other) => one - other);
        expect(early).toEqual(sorted.filter((at) => at <= 50));
        expect(late).toEqual(sorted.filter((at) => at > 50));
      }),
    );
  });

  it("passes over what is no longer live", () => {
    const live = new Set([2]);
    const heap = new DueHeap<number>((item) => live.has(item));
    for (const at of [1, 2, 3]) heap.push(at, at);

    expect(heap.nextAt()).toBe(2);
    expect(drain(heap, 10)).toEqual([2]);
    expect(heap.nextAt()).toBeUndefined();
  });

  it("stays small when items come and go without falling due", () => {
    const live = new Set<number>();
    const heap = new DueHeap<number>((item) => live.has(item));

    for (let item = 0; item < 100_000; item += 1) {
      live.add(item);
      heap.push(1_000_000 + item, item);
      live.delete(item);
      heap.discard();
    }

    expect(heap.size).toBeLessThan(5_000);
  });
});

function drain(heap: DueHeap<number>, now: number): number[] {
  const items: number[] = [];
  for (let item = heap.popDue(now); item !== undefined; item = heap.popDue(now)) items.push(item);
  return items;
}

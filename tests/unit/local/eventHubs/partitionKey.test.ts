import * as fc from "fast-check";
import { expect, it } from "vitest";
import { partitionOfKey } from "../../../../local/eventHubs/partitionKey.ts";

/** The client's own idea of the service's hash; its package does not export it, so it is found by path. */
const clientMapper = new URL(
  "impl/partitionKeyToIdMapper.js",
  import.meta.resolve("@azure/event-hubs"),
);
const { mapPartitionKeyToId } = (await import(clientMapper.href)) as {
  mapPartitionKeyToId: (partitionKey: string, partitionCount: number) => number;
};

it("puts any key where the real client expects the service to put it", () => {
  const keys = fc.oneof(
    fc.string({ maxLength: 60, size: "max" }),
    fc.string({ unit: "binary", maxLength: 40, size: "max" }),
  );

  const property = fc.property(keys, fc.integer({ min: 1, max: 2_048 }), (key, count) => {
    expect(partitionOfKey(key, count)).toBe(mapPartitionKeyToId(key, count));
  });

  fc.assert(property, { numRuns: 1_000 });
});

it.each(Array.from({ length: 38 }, (_, length) => length))(
  "agrees with the real client on a key of %d bytes",
  (length) => {
    const key = "abcdefghijklm".repeat(3).slice(0, length);

    const partition = partitionOfKey(key, 32);

    expect(partition).toBe(mapPartitionKeyToId(key, 32));
  },
);

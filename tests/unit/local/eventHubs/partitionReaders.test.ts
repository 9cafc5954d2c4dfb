import { describe, expect, it } from "vitest";
import { PartitionReaders, type Reader } from "../../../../local/eventHubs/partitionReaders.ts";

/** Readers that note in `displaced` who was displaced. */
function aPartition() {
  const displaced: string[] = [];
  const readers = new PartitionReaders();
  const aReader = (name: string, epoch?: number): Reader => ({
    name,
    epoch,
    rewind: () => {},
    displace: ({ condition }) => displaced.push(`${name} ${condition}`),
  });
  return { readers, displaced, aReader };
}

describe("PartitionReaders", () => {
  it.each([
    ["an equal", 1],
    ["a higher", 2],
  ])("lets %s epoch displace the owner", (_, epoch) => {
    const { readers, displaced, aReader } = aPartition();
    readers.join(aReader("old", 1));

    const refusal = readers.join(aReader("new", epoch));

    expect(refusal).toBeUndefined();
    expect(displaced).toEqual(["old amqp:link:stolen"]);
  });

  it("refuses a lower epoch", () => {
    const { readers, displaced, aReader } = aPartition();
    readers.join(aReader("owner", 2));

    const refusal = readers.join(aReader("late", 1));

    expect(refusal?.condition).toBe("amqp:link:stolen");
    expect(displaced).toEqual([]);
  });

  it("counts 0 as an epoch", () => {
    const { readers, aReader } = aPartition();
    readers.join(aReader("owner", 0));

    const refusal = readers.join(aReader("plain"));

    expect(refusal?.condition).toBe("amqp:link:stolen");
    expect(refusal?.description).toContain("non-epoch receiver is not allowed");
  });

  it("lets an epoch displace all readers without one", () => {
    const { readers, displaced, aReader } = aPartition();
    readers.join(aReader("a"));
    readers.join(aReader("b"));

    readers.join(aReader("owner", 0));

    expect(displaced).toEqual(["a amqp:link:stolen", "b amqp:link:stolen"]);
  });

  it("refuses a sixth reader without an epoch and names the five", () => {
    const { readers, aReader } = aPartition();
    for (const name of ["a", "b", "c", "d", "e"]) readers.join(aReader(name));

    const refusal = readers.join(aReader("f"));

    expect(refusal?.condition).toBe("amqp:resource-limit-exceeded");
    expect(refusal?.description).toContain("List of connected receivers - a, b, c, d, e.");
  });

  it("lets others in once a reader has left", () => {
    const { readers, aReader } = aPartition();
    const owner = aReader("owner", 5);
    readers.join(owner);

    readers.leave(owner);

    expect(readers.join(aReader("plain"))).toBeUndefined();
  });

  it("does not let a displaced reader's leaving free the new owner", () => {
    const { readers, aReader } = aPartition();
    const old = aReader("old", 1);
    readers.join(old);
    readers.join(aReader("new", 1));

    readers.leave(old);

    expect(readers.join(aReader("plain"))?.condition).toBe("amqp:link:stolen");
  });
});

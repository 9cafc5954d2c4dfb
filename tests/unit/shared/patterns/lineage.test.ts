import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../../shared/patterns/digest.ts";
import { copyId } from "../../../../shared/patterns/lineage.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

/** Such as end like a copy, and such as get too long on the way. */
const aRoot = fc
  .tuple(
    fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.string({ minLength: 120, maxLength: 130, size: "max" }),
    ),
    fc.constantFrom("", "", "~0", "~1", "~2", "~1~1", "~10", "~"),
  )
  .map((parts) => parts.join(""));

describe("message ids by lineage", () => {
  it("gives the copy its parent's id plus the hop number", () => {
    expect(copyId("salesorder:1", 1)).toBe("salesorder:1~1");
    expect(copyId("salesorder:1~1", 2)).toBe("salesorder:1~2");
  });

  it("keeps roots apart that end like copies", () => {
    const copies = ["job", "job~1", "job~2"].map((root) => copyId(root, 1));

    expect(copies).toEqual(["job~1", "job~1~1", "job~2~1"]);
    expect(copyId("job~1~1", 2)).toBe("job~1~2");
  });

  it("repeats the id only for the crash-repeat of the same send", () => {
    const lineage = ["root"];
    for (let hop = 1; hop <= 60; hop++) lineage.push(copyId(lineage[hop - 1] ?? "", hop));

    expect(new Set(lineage).size).toBe(61);
    expect(copyId("root~41", 42)).toBe(lineage[42]);
  });

  it("keeps every id within 128 characters and apart from its parent", unhurried, () =>
    everyHistory(
      fc.property(aRoot, fc.constantFrom(1, 2, 5, 12, 101), (root, hops) => {
        const ids = [root];
        for (let hop = 1; hop <= hops; hop++) ids.push(copyId(ids.at(-1) ?? "", hop));

        expect(ids.slice(1)).toEqual(
          Array.from({ length: hops }, (_, hop) => named(root, hop + 1)),
        );
        expect(new Set(ids).size).toBe(ids.length);
        expect(Math.max(...ids.slice(1).map(({ length }) => length))).toBeLessThanOrEqual(128);
      }),
    ),
  );
});

/** What a copy is called by whoever remembers the root, which the ids alone must tell. */
function named(root: string, hop: number): string {
  const id = `${root}~${hop}`;
  return id.length > 128 ? `${sha256(root)}~${hop}` : id;
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyId } from "../../../../shared/patterns/lineage.ts";

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

  it("keeps every id within 128 characters and apart from its parent", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 300, size: "max" }),
        fc.integer({ min: 1, max: 1e6 }),
        (id, hop) => {
          const copy = copyId(id, hop);
          const next = copyId(copy, hop + 1);

          expect(copy.length).toBeLessThanOrEqual(128);
          expect(next.length).toBeLessThanOrEqual(128);
          expect(next).not.toBe(copy);
        },
      ),
    );
  });
});

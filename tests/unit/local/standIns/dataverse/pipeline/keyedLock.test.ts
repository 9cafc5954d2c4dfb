import { describe, expect, it } from "vitest";
import { createKeyedLock } from "../../../../../../local/standIns/dataverse/pipeline/keyedLock.ts";

describe("the lock on a row", () => {
  it("lets one in at a time, in the order they came, also after a failure", async () => {
    const lock = createKeyedLock();
    const seen: string[] = [];
    const work =
      (name: string, fail = false) =>
      async () => {
        seen.push(`${name} in`);
        await Promise.resolve();
        seen.push(`${name} out`);
        if (fail) throw new Error(name);
      };

    const first = lock("row", work("first", true));
    const second = lock("row", work("second"));

    await expect(first).rejects.toThrow("first");
    await second;
    expect(seen).toEqual(["first in", "first out", "second in", "second out"]);
  });

  it("does not make other rows wait", async () => {
    const lock = createKeyedLock();
    const held = Promise.withResolvers<void>();
    const first = lock("a", () => held.promise);

    const other = await lock("b", () => Promise.resolve("done"));

    expect(other).toBe("done");
    held.resolve();
    await first;
  });
});

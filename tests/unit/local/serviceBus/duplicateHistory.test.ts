import { expect, it } from "vitest";
import { DuplicateHistory } from "../../../../local/serviceBus/duplicateHistory.ts";

it("remembers no more ids than its window holds", () => {
  const history = new DuplicateHistory(1_000);

  for (let now = 0; now < 50_000; now += 1) history.isDuplicate(`id-${now}`, now);

  expect(history.size).toBeLessThanOrEqual(1_000);
  expect(history.isDuplicate("id-49999", 50_000)).toBe(true);
  expect(history.isDuplicate("id-48000", 50_000)).toBe(false);
});

import { expect, test } from "vitest";
import { createPending } from "../../../../local/host/pending.ts";

test("resolves as soon as so many or fewer are under way", async () => {
  const pending = createPending();
  const works = [1, 2, 3].map(() => Promise.withResolvers<void>());
  for (const { promise } of works) pending.add(promise);
  const reached: number[] = [];
  const all = [1, 0].map(async (count) => {
    await pending.atMost(count);
    reached.push(count);
  });

  works[1]?.resolve();
  works[2]?.resolve();
  await all[0];
  expect(reached).toEqual([1]);
  works[0]?.resolve();
  await all[1];

  expect(reached).toEqual([1, 0]);
});

test("with nothing under way there is nothing to wait for", async () => {
  await expect(createPending().atMost(0)).resolves.toBeUndefined();
});

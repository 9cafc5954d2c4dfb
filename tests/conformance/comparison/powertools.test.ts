import { expect, test } from "vitest";
import { columns } from "../../comparison/columns.ts";
import { countCalls } from "../../comparison/countCalls.ts";
import { once } from "../../comparison/scenarios/once.ts";

test("every other column runs a first call, replays a duplicate, and reaches the store that it counts", async () => {
  const seen: unknown[] = [];
  for (const open of columns.slice(1)) {
    const column = await open();
    try {
      const verdicts = [await once[0]?.judge(column), await once[1]?.judge(column)];
      seen.push({ held: verdicts.map((verdict) => verdict?.held), ...(await countCalls(column)) });
    } finally {
      await column.close();
    }
  }

  const calls = { first: 2, compared: 2, duplicate: 2, redelivery: 2, retried: 12 };
  expect(seen).toEqual(columns.slice(1).map(() => ({ held: [true, true], ...calls })));
});

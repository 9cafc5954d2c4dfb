import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countCalls } from "../../comparison/countCalls.ts";
import type { Column } from "../../comparison/executor.ts";
import { openOurs } from "../../comparison/ours/openOurs.ts";
import { scenarios } from "../../comparison/scenarios.ts";

let ours: Column;

beforeAll(async () => {
  ours = await openOurs();
});

afterAll(() => ours.close());

describe("order processing, judged by the harness that judges other libraries", () => {
  test.each(scenarios)("holds that $promise", async ({ judge }) => {
    expect(await judge(ours)).toMatchObject({ held: true });
  });

  test("makes two storage calls for a first call, two more behind a door that compares, two for a duplicate, one for a redelivery, five for a retried one", async () => {
    expect(await countCalls(ours)).toEqual({
      first: 2,
      compared: 4,
      duplicate: 2,
      redelivery: 1,
      retried: 5,
    });
  });
});

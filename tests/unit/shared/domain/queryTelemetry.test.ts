import { expect, it } from "vitest";
import {
  createQueryTelemetry,
  TelemetryQuery,
  type WindowRange,
} from "../../../../shared/domain/queryTelemetry.ts";

const now = Date.parse("2026-11-23T12:30:00.000Z");
const aWindow = { metric: "m", key: "k", from: "", count: 1, sum: "1", min: "1", max: "1" };

function aQuery(found = 1) {
  const asked: WindowRange[] = [];
  const query = createQueryTelemetry({
    readWindows: async (range) => {
      asked.push(range);
      return Array.from({ length: found }, () => aWindow);
    },
    now: () => now,
  });
  return { query, asked };
}

it("reads the last hour where nothing is said", async () => {
  const { query, asked } = aQuery();

  const answer = await query({});

  expect(asked).toEqual([{ from: now - 3_600_000, to: now, metric: undefined, limit: 5_000 }]);
  expect(answer).toEqual({
    from: "2026-11-23T11:30:00.000Z",
    to: "2026-11-23T12:30:00.000Z",
    windows: [aWindow],
  });
});

it("reads the range and the metric asked for, whatever the time zone", async () => {
  const { query, asked } = aQuery();

  await query({ from: "2026-11-23T09:00:00+01:00", to: "2026-11-23T09:00:00Z", metric: "m" });

  expect(asked[0]).toMatchObject({
    from: now - 4.5 * 3_600_000,
    to: now - 3.5 * 3_600_000,
    metric: "m",
  });
});

it.each([
  ["ends before it starts", { from: "2026-11-23T12:30:00Z" }],
  ["is longer than 31 days", { from: "2026-10-23T12:29:59Z" }],
])("refuses a range that %s", async (_fault, range) => {
  const { query } = aQuery();

  await expect(query(range)).rejects.toMatchObject({ code: "invalid-range", field: "from" });
});

it("refuses rather than cuts off an answer that grew too long", async () => {
  await expect(aQuery(5_001).query({})).rejects.toMatchObject({ code: "too-many-windows" });
  await expect(aQuery(5_000).query({})).resolves.toBeDefined();
});

it.each([[{ from: "yesterday" }], [{ to: "2026-11-23" }], [{ metric: "" }], [{ limit: "5" }]])(
  "refuses the query %j",
  (query) => {
    expect(TelemetryQuery.safeParse(query).success).toBe(false);
  },
);

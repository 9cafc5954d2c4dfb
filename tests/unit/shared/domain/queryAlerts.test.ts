import { expect, it } from "vitest";
import { createQueryAlerts, type StoredAlert } from "../../../../shared/domain/queryAlerts.ts";

const now = Date.parse("2026-11-23T12:00:00.000Z");
const MINUTE = 60_000;
const names = { name: "hot", metric: "celsius", key: "oven", partition: "2", value: "101" };

function aQuery(found: readonly StoredAlert[]) {
  const asked: { readonly from: number; readonly limit: number }[] = [];
  const query = createQueryAlerts({
    readAlerts: async (range) => {
      asked.push(range);
      return found;
    },
    now: () => now,
  });
  return { query, asked };
}

it("shows the latest alert first, raised or, once its time is over, cleared", async () => {
  const { query } = aQuery([
    { ...names, raisedAt: now - 60 * MINUTE, until: now },
    { ...names, raisedAt: now - 5 * MINUTE, until: now + 1 },
  ]);

  expect((await query({})).alerts).toEqual([
    { ...names, state: "raised", raisedAt: "2026-11-23T11:55:00.000Z" },
    {
      ...names,
      state: "cleared",
      raisedAt: "2026-11-23T11:00:00.000Z",
      clearedAt: "2026-11-23T12:00:00.000Z",
    },
  ]);
});

it("reads the last day, or from the time asked", async () => {
  const { query, asked } = aQuery([]);

  const answer = await query({});
  await query({ from: "2026-11-23T12:00:00+01:00" });

  expect(asked.map(({ from }) => from)).toEqual([now - 24 * 60 * MINUTE, now - 60 * MINUTE]);
  expect(answer).toEqual({ from: "2026-11-22T12:00:00.000Z", alerts: [] });
});

it("refuses rather than cuts off an answer that grew too long", async () => {
  const alerts = Array.from({ length: 1_001 }, () => ({ ...names, raisedAt: now, until: now }));

  await expect(aQuery(alerts).query({})).rejects.toMatchObject({
    code: "too-many-alerts",
    field: "from",
  });
  await expect(aQuery(alerts.slice(1)).query({})).resolves.toBeDefined();
});

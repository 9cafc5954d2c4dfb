import { expect, it } from "vitest";
import { registerQueryTelemetry } from "../../functions/queryTelemetry.ts";
import type { QueryTelemetry } from "../../shared/domain/queryTelemetry.ts";
import { callHttp } from "../support/httpCall.ts";
import { recordingApp } from "../support/recordingApp.ts";

const url = "http://localhost:7071/api/telemetry";
const found = { from: "2026-11-23T11:00:00.000Z", to: "2026-11-23T12:00:00.000Z", windows: [] };

function aFunction() {
  const asked: Parameters<QueryTelemetry>[0][] = [];
  const app = recordingApp();
  registerQueryTelemetry(app, {
    queryTelemetry: async (query) => {
      asked.push(query);
      return found;
    },
  });
  return { app, asked };
}

it("answers 200 with the windows of the range asked", async () => {
  const { app, asked } = aFunction();
  const query = "?from=2026-11-23T11:00:00Z&to=2026-11-23T12:00:00Z&metric=orders&code=the-key";

  const answer = await callHttp(app, "queryTelemetry", { method: "GET", url: url + query });

  expect(answer).toMatchObject({ status: 200, json: found });
  expect(asked).toEqual([
    { from: "2026-11-23T11:00:00Z", to: "2026-11-23T12:00:00Z", metric: "orders" },
  ]);
});

it.each([
  ["from", "?from=yesterday"],
  ["to", "?to=2026-11-23"],
  ["metric", "?metric="],
  ["limit", "?limit=5"],
])("answers 422 naming %s", async (field, query) => {
  const { app, asked } = aFunction();

  const answer = await callHttp(app, "queryTelemetry", { method: "GET", url: url + query });

  expect(answer).toMatchObject({ status: 422, json: { code: "invalid", field } });
  expect(asked).toEqual([]);
});

it("needs a function key", () => {
  expect(aFunction().app.https.get("queryTelemetry")).toMatchObject({
    authLevel: "function",
    methods: ["GET"],
    route: "telemetry",
  });
});

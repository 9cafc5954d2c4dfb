import { expect, it } from "vitest";
import { registerQueryAlerts } from "../../functions/queryAlerts.ts";
import type { AlertQuery } from "../../shared/domain/queryAlerts.ts";
import { callHttp } from "../support/httpCall.ts";
import { recordingApp } from "../support/recordingApp.ts";

const url = "http://localhost:7071/api/telemetry/alerts";
const found = { from: "2026-11-23T11:00:00.000Z", alerts: [] };

function aFunction() {
  const asked: AlertQuery[] = [];
  const app = recordingApp();
  registerQueryAlerts(app, {
    queryAlerts: async (query) => {
      asked.push(query);
      return found;
    },
  });
  const get = (query: string) => callHttp(app, "queryAlerts", { method: "GET", url: url + query });
  return { app, asked, get };
}

it("answers 200 with the alerts since the time asked", async () => {
  const { asked, get } = aFunction();

  const answer = await get("?from=2026-11-23T11:00:00Z&code=the-key");

  expect(answer).toMatchObject({ status: 200, json: found });
  expect(asked).toEqual([{ from: "2026-11-23T11:00:00Z" }]);
});

it.each([
  ["from", "?from=yesterday"],
  ["state", "?state=raised"],
])("answers 422 naming %s", async (field, query) => {
  const { asked, get } = aFunction();

  const answer = await get(query);

  expect(answer).toMatchObject({ status: 422, json: { code: "invalid", field } });
  expect(asked).toEqual([]);
});

it("needs a function key", () => {
  expect(aFunction().app.https.get("queryAlerts")).toMatchObject({
    authLevel: "function",
    methods: ["GET"],
    route: "telemetry/alerts",
  });
});

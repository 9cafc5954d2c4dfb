import { expect, it } from "vitest";
import { registerGetHealth } from "../../functions/getHealth.ts";
import { callHttp } from "../support/httpCall.ts";
import { recordingApp } from "../support/recordingApp.ts";

it("answers anybody 200 with the state of the app", async () => {
  const health = {
    status: "up",
    version: "1.2.3",
    telemetryDropped: 0,
    breakers: { warehouse: "open" },
  } as const;
  const app = recordingApp();
  registerGetHealth(app, { readHealth: () => health });

  const answer = await callHttp(app, "getHealth", { method: "GET" });

  expect(answer).toMatchObject({ status: 200, json: health });
  expect(app.https.get("getHealth")).toMatchObject({ authLevel: "anonymous", route: "health" });
});

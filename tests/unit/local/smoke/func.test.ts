import { expect, test } from "vitest";
import { funcEnvironment } from "../../../../local/smoke/func.ts";
import { loadConfig } from "../../../../shared/config.ts";

test("func gets all settings that the app asks for, with the addresses of the surroundings", async () => {
  const DATAVERSE_URL = "http://127.0.0.1:40404";

  const env = await funcEnvironment({ DATAVERSE_URL });

  expect(env["FUNCTIONS_WORKER_RUNTIME"]).toBe("node");
  expect(env["OUTBOX_RELAY_SCHEDULE"]).toBeDefined();
  expect(loadConfig(env)).toMatchObject({ ORDERS_QUEUE: "orders", DATAVERSE_URL });
});

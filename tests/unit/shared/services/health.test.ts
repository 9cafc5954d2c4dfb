import { expect, it } from "vitest";
import sample from "../../../../local.settings.sample.json" with { type: "json" };
import { type Config, loadConfig } from "../../../../shared/config.ts";
import { createReadHealth } from "../../../../shared/services/health.ts";

const config: Config = loadConfig(sample.Values);

it("names what is configured and counts what was dropped", () => {
  let dropped = 0;
  const readHealth = createReadHealth(config, {
    telemetryDropped: () => dropped,
    breakers: () => ({ warehouse: "open" }),
  });
  dropped = 3;

  const health = readHealth();

  expect(health).toMatchObject({
    status: "up",
    telemetryDropped: 3,
    breakers: { warehouse: "open" },
  });
  expect(health.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(health.connections).toEqual({
    serviceBus: "connectionString",
    eventHubs: "connectionString",
    tables: "connectionString",
    blobs: "connectionString",
  });
  expect(health.settings).toContain("CREDIT_BUREAU_URL");
});

it("tells no value of any setting", () => {
  const text = JSON.stringify(
    createReadHealth(config, { telemetryDropped: () => 0, breakers: () => ({}) })(),
  );

  // a short one such as "orders" may be part of a name
  const values = Object.values(sample.Values).filter((value) => value.length > 16);
  expect(values.filter((value) => text.includes(value))).toEqual([]);
});

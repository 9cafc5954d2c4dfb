import { describe, expect, test } from "vitest";
import hostJson from "../../../host.json" with { type: "json" };
import { loadConfig } from "../../../shared/config.ts";
import { ConfigError } from "../../../shared/configError.ts";
import { sampleSettings } from "../../support/sampleSettings.ts";

const CLIENT_ID = "9d3f2a10-5b7c-4e8d-a1f0-3c6b2e9d7a45";

const load = (changes: Record<string, string | undefined> = {}) =>
  loadConfig({ ...sampleSettings, ...changes });

test("the sample settings are enough", () => {
  expect(load()).toMatchObject({
    ORDER_TABLE: "salesorder",
    orderProfile: { entitySet: "salesorders" },
    serviceBus: { kind: "connectionString" },
  });
});

describe("a setting that is missing or wrong stops the app, by name and without its value", () => {
  test.each([
    ["ORDERS_QUEUE", undefined],
    ["DATAVERSE_ORGANIZATION_ID", "canary-value"],
    ["DATAVERSE_URL", "ftp://canary-value"],
    ["INTAKE_SEND_TIMEOUT_MS", "canary-value"],
    ["ORDER_TABLE", "Canary-Value"],
    ["ORDER_SUBMITTED_STATE", "canary-value"],
    ["TELEMETRY_ALERTS", "canary-value"],
    ["TELEMETRY_ALERTS", '[{ "name": "canary-value" }]'],
    ["TELEMETRY_ALERTS", '[{ "name": "n", "metric": "m", "limit": "canary-value" }]'],
    ["TELEMETRY_ALERTS", '[{ "name": "canary-value", "metric": "m", "count": 101 }]'],
    [
      "TELEMETRY_ALERTS",
      '[{ "name": "n", "metric": "m" }, { "name": "n", "metric": "canary-value" }]',
    ],
    ["OUTBOX_RELAY_SCHEDULE", undefined],
    ["OUTBOX_RELAY_SCHEDULE", "canary-value"],
    ["RECONCILE_SCHEDULE", "60 * * * * *"],
    ["RETENTION_SCHEDULE", "24:00:00"],
    ["SERVICE_BUS", "canary-value"],
    ["SERVICE_BUS", "Endpoint=sb://canary-value"],
    ["EVENT_HUBS", ""],
    ["EVENT_HUBS", "Endpoint=https://canary-value;SharedAccessKeyName=n;SharedAccessKey=k"],
    ["STORAGE", undefined],
    ["STORAGE", "a=canary-value"],
    ["STORAGE", "Endpoint=sb://canary;SharedAccessKeyName=n;SharedAccessKey=k"],
    [
      "STORAGE",
      "DefaultEndpointsProtocol=https;AccountName=canary;EndpointSuffix=core.windows.net",
    ],
  ])("%s: %s", (setting, value) => {
    const act = () => load({ [setting]: value });

    expect(act).toThrow(ConfigError);
    expect(act).toThrow(setting);
    expect(act).not.toThrow(/canary/i);
  });

  test.each([
    ["SERVICE_BUS", "fullyQualifiedNamespace", "sb://canary.servicebus.windows.net"],
    ["SERVICE_BUS", "fullyQualifiedNamespace", "canary"],
    ["EVENT_HUBS", "fullyQualifiedNamespace", "canary.servicebus.windows.net/"],
    ["STORAGE", "accountName", "https://canary.table.core.windows.net"],
    ["STORAGE", "tableServiceUri", "canary.table.core.windows.net"],
  ])("%s__%s: %s", (setting, key, value) => {
    const act = () => load({ [setting]: undefined, [`${setting}__${key}`]: value });

    expect(act).toThrow(ConfigError);
    expect(act).toThrow(`${setting}__${key}`);
    expect(act).not.toThrow(/canary/);
  });
});

test("records must be kept for longer than a message may live", () => {
  const day = 24 * 60 * 60 * 1_000;
  const lived = { MESSAGE_TTL_MS: `${14 * day}`, PARK_MAX_AGE_MS: `${3 * day}` };

  expect(() => load({ ...lived, RETENTION_MS: `${18 * day - 1}` })).toThrow(/RETENTION_MS/);
  expect(load({ ...lived, RETENTION_MS: `${18 * day}` }).RETENTION_MS).toBe(18 * day);
});

describe("the lease on an order", () => {
  const limits = {
    TARGET_TIMEOUT_MS: "1000",
    BUS_TIMEOUT_MS: "200",
    STORAGE_TIMEOUT_MS: "30",
  };

  test("must last for the longest attempt: every call to a target, send and storage call in it", () => {
    expect(() => load({ ...limits, LEASE_MS: "4779" })).toThrow(/LEASE_MS.*TARGET_TIMEOUT_MS/);
    expect(load({ ...limits, LEASE_MS: "4780" }).LEASE_MS).toBe(4_780);
  });

  test("by default leaves time for the breaker of each call, and for clocks that differ", () => {
    const breakerMs = 3 * 1_000; // a look, storing a probe, storing its result
    const clocksMs = 5_000;
    const { TARGET_TIMEOUT_MS, BUS_TIMEOUT_MS, STORAGE_TIMEOUT_MS, LEASE_MS } = load();

    const longest =
      4 * (TARGET_TIMEOUT_MS + breakerMs) + 3 * BUS_TIMEOUT_MS + 6 * STORAGE_TIMEOUT_MS;
    expect(LEASE_MS).toBeGreaterThan(longest + clocksMs);
  });

  test("must not outlast what the host gives an invocation and its message's lock", () => {
    const { functionTimeout, extensions } = hostJson;
    expect([functionTimeout, extensions.serviceBus.maxAutoLockRenewalDuration]).toEqual([
      "00:05:00",
      "00:05:00",
    ]);

    expect(load({ LEASE_MS: "300000" }).LEASE_MS).toBe(300_000);
    expect(() => load({ LEASE_MS: "300001" })).toThrow(/LEASE_MS/);
  });
});

test.each([
  [
    "SERVICE_BUS",
    "Endpoint=sb://c.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=k=",
  ],
  [
    "SERVICE_BUS",
    "Endpoint=sb://127.0.0.1:5673;SharedAccessSignature=SharedAccessSignature sr=x&sig=y",
  ],
  ["STORAGE", "UseDevelopmentStorage=true;"],
  [
    "STORAGE",
    "DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=a2V5;EndpointSuffix=core.windows.net",
  ],
  [
    "STORAGE",
    "BlobEndpoint=https://c.blob.core.windows.net/;TableEndpoint=https://c.table.core.windows.net/;SharedAccessSignature=sv=1&sig=y",
  ],
])("%s may be %s", (setting, connectionString) => {
  const { serviceBus, tables, blobs } = load({ [setting]: connectionString });

  const read = setting === "STORAGE" ? [tables, blobs] : [serviceBus];
  for (const one of read) expect(one).toEqual({ kind: "connectionString", connectionString });
});

test("a connection is a string for emulators, or an address and an identity for Azure", () => {
  const { serviceBus, tables, blobs } = load({
    SERVICE_BUS: undefined,
    SERVICE_BUS__fullyQualifiedNamespace: "contoso.servicebus.windows.net",
    SERVICE_BUS__clientId: CLIENT_ID,
    STORAGE: undefined,
    STORAGE__accountName: "contoso",
  });

  expect(serviceBus).toEqual({
    kind: "identity",
    endpoint: "contoso.servicebus.windows.net",
    clientId: CLIENT_ID,
  });
  expect(tables).toMatchObject({ endpoint: "https://contoso.table.core.windows.net" });
  expect(blobs).toMatchObject({ endpoint: "https://contoso.blob.core.windows.net" });
});

describe("the order table", () => {
  test("may replace any name of its built-in profile", () => {
    const { orderProfile } = load({
      ORDER_LINE_SKU_PATH: "contoso_itemid/contoso_sku",
      ORDER_SUBMITTED_STATE: "0/7",
      ORDER_WITHDRAWN_STATES: "1,2",
    });

    expect(orderProfile).toMatchObject({
      entitySet: "salesorders",
      lines: { skuPath: ["contoso_itemid", "contoso_sku"], quantityColumn: "quantity" },
      submitted: { statecode: 0, statuscode: 7 },
      withdrawnStatecodes: [1, 2],
    });
  });

  test("without a built-in profile needs every name, and says which is missing", () => {
    const settings = {
      ORDER_TABLE: "fabrikam_order",
      ORDER_ENTITY_SET: "fabrikam_orders",
      ORDER_ID_COLUMN: "fabrikam_orderid",
      ORDER_NUMBER_COLUMN: "fabrikam_name",
      ORDER_ACCOUNT_COLUMN: "_fabrikam_account_value",
      ORDER_TOTAL_COLUMN: "fabrikam_total",
      ORDER_LINES_NAVIGATION: "fabrikam_lines",
      ORDER_LINE_SKU_PATH: "fabrikam_sku",
      ORDER_LINE_QUANTITY_COLUMN: "fabrikam_quantity",
      ORDER_SUBMITTED_STATE: "0/1",
      ORDER_WITHDRAWN_STATES: "1",
    };
    expect(load(settings).orderProfile).toMatchObject({ entitySet: "fabrikam_orders" });

    const needed = Object.keys(settings).filter((setting) => setting !== "ORDER_TABLE");
    for (const setting of needed) {
      expect(() => load({ ...settings, [setting]: undefined })).toThrow(setting);
    }
  });
});

test("alert rules are those of our own steps, or the ones that are set", () => {
  const names = load().TELEMETRY_ALERTS.map(({ name }) => name);
  const own = load({
    TELEMETRY_ALERTS: '[{ "name": "cold", "metric": "celsius", "below": -2.5 }]',
  });

  expect(names).toContain("orders keep failing");
  expect(names).toContain("warehouse stays down");
  expect(own.TELEMETRY_ALERTS).toEqual([
    {
      name: "cold",
      metric: "celsius",
      below: "-2.5",
      count: 1,
      withinMs: 60_000,
      clearAfterMs: 300_000,
    },
  ]);
});

import { describe, expect, it } from "vitest";
import { createDataverseApi } from "../../../shared/adapters/dataverseApi.ts";
import { createWriteBack } from "../../../shared/adapters/dataverseFulfilments.ts";
import { createReadOrderRow } from "../../../shared/adapters/dataverseOrders.ts";
import { createInventory } from "../../../shared/adapters/inventory.ts";
import { createKeyedHttp } from "../../../shared/adapters/keyedHttp.ts";
import { createProcurement } from "../../../shared/adapters/procurement.ts";
import { createWarehouse } from "../../../shared/adapters/warehouse.ts";
import type { FulfilmentResult } from "../../../shared/domain/fulfilOrder.ts";
import { orderProfile } from "../../../shared/domain/orderProfile.ts";
import { contentOf } from "../../../shared/domain/orderRow.ts";
import { sha256 } from "../../../shared/patterns/digest.ts";
import { keyOf, ORDER } from "../../support/anOrder.ts";
import { useStandIns } from "../standIns/standIns.ts";

const { urls, control, dataverse } = useStandIns();

const TIMEOUT_MS = 5_000;
const keyed = (target: "inventory" | "warehouse" | "procurement", timeoutMs = TIMEOUT_MS) =>
  createKeyedHttp({ target, baseUrl: urls()[target], timeoutMs });
const api = () =>
  createDataverseApi({
    url: urls().dataverse,
    accessToken: async () => "a-token",
    timeoutMs: TIMEOUT_MS,
  });

const request = (sku: string) => ({
  order: ORDER,
  submission: keyOf(),
  lines: [{ sku, quantity: "2.0000000000" }],
});

describe("the inventory", () => {
  it("reserves once a key, and gives it back once", async () => {
    const { reserve, release } = createInventory(keyed("inventory"));

    const first = await reserve("a:reserve", request("BIKE-100"));
    const again = await reserve("a:reserve", request("BIKE-100"));

    expect(first).toMatchObject({ outcome: "reserved" });
    expect(again).toEqual(first);
    expect(await release("a:release", "a:reserve")).toEqual({ outcome: "released" });
    expect(await release("a:release", "a:reserve")).toEqual({ outcome: "released" });
  });

  it("says what is short", async () => {
    const { reserve } = createInventory(keyed("inventory"));

    expect(await reserve("a:reserve", request("TENT-4"))).toMatchObject({
      outcome: "short",
      shortages: [{ sku: "TENT-4", available: "0" }],
    });
  });

  it("turns a reservation away that comes after its own release", async () => {
    const { reserve, release } = createInventory(keyed("inventory"));
    expect(await release("a:release", "a:reserve")).toEqual({ outcome: "nothing-reserved" });

    await expect(reserve("a:reserve", request("BIKE-100"))).rejects.toMatchObject({
      name: "ParkError",
      code: "reservation-released",
    });
  });

  it("refuses another payload under the same key for good", async () => {
    const { reserve } = createInventory(keyed("inventory"));
    await reserve("a:reserve", request("BIKE-100"));

    await expect(reserve("a:reserve", request("LOCK-7"))).rejects.toMatchObject({
      name: "TerminalError",
      code: "inventory-refused",
    });
  });

  it.each([
    [{ mode: "failing", status: 503 }, undefined],
    [{ mode: "throttling", retryAfterSeconds: 9 }, 9_000],
    [{ mode: "losing" }, undefined],
    [{ mode: "hanging" }, undefined],
  ])("may be tried again when %j", async (behaviour, retryAfterMs) => {
    await control("PUT", "/services/inventory/behaviour", behaviour);
    const { reserve } = createInventory(keyed("inventory", 200));

    await expect(reserve("a:reserve", request("BIKE-100"))).rejects.toMatchObject({
      name: "RetryableError",
      code: "inventory",
      retryAfterMs,
    });
  });
});

describe("a target that was called under a key", () => {
  it("tells by that key, and says nothing while it is down", async () => {
    await control("PUT", "/services/inventory/behaviour", { mode: "losing", times: 1 });
    const inventory = keyed("inventory", 500);
    const { reserve } = createInventory(inventory);
    const lost = await reserve("a/b:reserve", request("BIKE-100")).catch((error: unknown) => error);
    const path = (lost as { uncertain?: { path: string } }).uncertain?.path ?? "";

    expect(await inventory.has(path)).toBe(true);
    expect(await inventory.has("/reservations/another")).toBe(false);
    await control("PUT", "/services/inventory/behaviour", { mode: "failing", status: 503 });
    await expect(inventory.has(path)).rejects.toMatchObject({ name: "RetryableError" });
  });
});

describe("procurement", () => {
  it("is told once a key, and takes it back", async () => {
    const { request, cancel } = createProcurement(keyed("procurement"));
    const shortages = [{ sku: "TENT-4", requested: "2", available: "0" }];
    const notice = { order: ORDER, submission: keyOf(), shortages };

    const first = await request("a:request", notice);

    expect(await request("a:request", notice)).toEqual(first);
    expect(await cancel("a:cancel", "a:request")).toEqual({ outcome: "cancelled" });
    expect(await cancel("b:cancel", "b:request")).toEqual({ outcome: "nothing-requested" });
  });

  it.each(["cancelled", "nothing-requested"])(
    "turns a request away that comes after its own cancellation (%s)",
    async (outcome) => {
      const { request, cancel } = createProcurement(keyed("procurement"));
      const shortages = [{ sku: "TENT-4", requested: "2", available: "0" }];
      const notice = { order: ORDER, submission: keyOf(), shortages };
      if (outcome === "cancelled") await request("a:request", notice);
      expect(await cancel("a:cancel", "a:request")).toEqual({ outcome });

      await expect(request("a:request", notice)).rejects.toMatchObject({
        name: "ParkError",
        code: "request-cancelled",
      });
    },
  );
});

describe("the warehouse", () => {
  it("ships and cancels", async () => {
    const command = createWarehouse(keyed("warehouse"));
    const base = { schema: 1, orderNumber: "ORD-01000", ...request("BIKE-100") } as const;

    const shipped = await command({ ...base, type: "requestShipment", sequence: 1, key: "a:1" });
    const cancelled = await command({ ...base, type: "cancelShipment", sequence: 2, key: "a:2" });

    expect(shipped).toMatchObject({ outcome: "shipped" });
    expect(cancelled).toMatchObject({ outcome: "cancelled" });
  });
});

describe("Dataverse", () => {
  it.each([
    ["salesorder", "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01", "ORD-01042-K7P2Q9", 3],
    ["contoso_order", "6420f0cc-916b-ee11-9ae6-000d3a2b1c01", "WEB-2026-000317", 3],
  ])("gives a row of %s with its lines in one read", async (table, rowId, orderNumber, lines) => {
    const row = await createReadOrderRow(api(), orderProfile(table))({ table, rowId });

    expect(row).toMatchObject({ phase: "submitted", modifiedOn: 1_731_924_725_000 });
    const content = row && contentOf(row);
    expect(content).toMatchObject({ orderNumber, currency: "EUR" });
    expect(content?.lines).toHaveLength(lines);
    expect(content?.lines[1]).toMatchObject({ sku: expect.stringMatching(/^(HELMET|LOCK)/) });
  });

  it("has no row of an unknown id", async () => {
    const read = createReadOrderRow(api(), orderProfile("salesorder"));

    const rowId = "00000000-0000-0000-0000-00000000ffff";
    expect(await read({ table: "salesorder", rowId })).toBeUndefined();
  });

  it("holds one result row a submission, however often it is written", async () => {
    const writeBack = createWriteBack(api(), sha256);
    const result: FulfilmentResult = {
      submission: keyOf(),
      order: ORDER,
      outcome: "approved",
      orderNumber: "ORD-01000",
      total: "9007199254740993.10",
      currency: "EUR",
    };

    await Promise.all([writeBack(result), writeBack(result)]);
    await writeBack({ ...result, outcome: "withdrawn" });
    await writeBack(result); // by a worker that lost its lease

    const { json } = await dataverse("GET", "contoso_fulfilments");
    expect(json["value"]).toMatchObject([
      {
        contoso_submission: sha256(keyOf()),
        contoso_order: ORDER,
        contoso_outcome: "withdrawn",
        contoso_total: "9007199254740993.10",
        contoso_currency: "EUR",
      },
    ]);
  });

  it("under service protection says how long to wait", async () => {
    await control("PUT", "/services/dataverse/behaviour", {
      mode: "throttling",
      retryAfterSeconds: 11,
    });

    await expect(api().get("salesorders")).rejects.toMatchObject({
      name: "RetryableError",
      code: "dataverse",
      retryAfterMs: 11_000,
    });
  });
});

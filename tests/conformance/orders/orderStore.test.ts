import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createOrderStore } from "../../../shared/adapters/orderStore.ts";
import type { OrderState } from "../../../shared/domain/orderState.ts";
import { aRecord, CORRELATION_ID } from "../../support/anOrder.ts";
import { describeOrderStore } from "../../support/orderStoreContract.ts";
import { useOrderTable } from "./useOrderTable.ts";

const { table, proxy, anOrder } = useOrderTable();
const store = () => createOrderStore({ table: table(), newId: randomUUID });

describeOrderStore(store, anOrder);

const state: OrderState = { lastCommand: 0 };
const ended: OrderState = { lastCommand: 1 };
const recordOf = (order: string) => aRecord({ key: `${order}:${CORRELATION_ID}:OrderSubmitted` });

async function created(order: string): Promise<string> {
  const result = await store().create(order, { state }, recordOf(order).key);
  if ("found" in result) throw new Error("the partition was not empty");
  return result.version;
}

describe("a write whose answer is lost", () => {
  it.each(["lose-answer", "repeat"] as const)(
    "is known as ours when creating (%s)",
    async (fault) => {
      const order = anOrder();
      proxy().inject("POST", fault);

      const result = await store().create(order, { state }, recordOf(order).key);

      expect(result).toHaveProperty("version");
      const { found } = await store().load(order, CORRELATION_ID);
      expect(result).toEqual({ version: found?.version });
    },
  );

  it.each(["lose-answer", "repeat"] as const)(
    "is known as ours when replacing (%s)",
    async (fault) => {
      const order = anOrder();
      const version = await created(order);
      proxy().inject("PUT", fault);

      const replaced = await store().replace(order, { state: ended }, version);

      const { found } = await store().load(order, CORRELATION_ID);
      expect(found).toMatchObject({ state: ended, version: replaced });
    },
  );

  it.each(["lose-answer", "repeat"] as const)(
    "is known as ours when ending (%s)",
    async (fault) => {
      const order = anOrder();
      const version = await created(order);
      proxy().inject("POST", fault);

      const replaced = await store().replace(order, { state: ended }, version, recordOf(order));

      const { found, records } = await store().load(order, CORRELATION_ID);
      expect(found).toMatchObject({ state: ended, version: replaced });
      expect(records).toEqual([recordOf(order)]);
    },
  );

  it.each(["lose-answer", "repeat"] as const)(
    "is known as ours when fencing (%s)",
    async (fault) => {
      const order = anOrder();
      const note = {
        correlationId: CORRELATION_ID,
        outcome: "ignored" as const,
        reason: "superseded",
        at: 1_731_924_725_000,
      };
      proxy().inject("POST", fault);

      expect(await store().fence(order, note, { state })).toBe(true);
      expect((await store().traces(order)).notes).toEqual([note]);
    },
  );

  it("is not claimed as ours when another writer's is there", async () => {
    const order = anOrder();
    const version = await created(order);
    await store().replace(order, { state: ended }, version);
    proxy().inject("PUT", "lose-answer");

    expect(await store().replace(order, { state }, version)).toBeUndefined();
  });
});

describe("a store that does not answer", () => {
  it("parks the message: nobody's attempt is spent", async () => {
    const order = anOrder();
    const version = await created(order);
    proxy().inject("PUT", "unavailable");

    const replaced = store().replace(order, { state: ended }, version);

    await expect(replaced).rejects.toMatchObject({
      name: "ParkError",
      code: "storage-unavailable",
      afterMs: 7_000,
    });
  });
});

describe("storage calls on the wire", () => {
  it("are one for each operation of the good path", async () => {
    const order = anOrder();
    const before = proxy().requests.length;

    const version = await created(order);
    await store().replace(order, { state: ended }, version, recordOf(order));
    await store().load(order, CORRELATION_ID);

    expect(proxy().requests.slice(before)).toEqual(["POST", "POST", "GET"]);
  });

  it("are two when the order is there already", async () => {
    const order = anOrder();
    await created(order);
    const before = proxy().requests.length;

    await store().create(order, { state }, recordOf(order).key);

    expect(proxy().requests.slice(before)).toEqual(["POST", "GET"]);
  });
});

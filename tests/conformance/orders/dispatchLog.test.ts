import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createDispatchLog } from "../../../shared/adapters/dispatchLog.ts";
import { createOrderStore } from "../../../shared/adapters/orderStore.ts";
import { useOrderTable } from "./useOrderTable.ts";

const { table, proxy, anOrder } = useOrderTable();
const logOf = () => createDispatchLog({ table: table(), newId: randomUUID });

const first = { last: 1, hashes: { 1: "a" } };
const second = { last: 2, hashes: { 1: "a", 2: "b" } };

describe("the dispatch log of an order", () => {
  it("is empty at first, and gives back what was written", async () => {
    const order = anOrder();
    expect(await logOf().read(order)).toBeUndefined();

    expect(await logOf().write(order, first, undefined)).toBe(true);
    const found = await logOf().read(order);
    expect(found?.log).toEqual(first);

    expect(await logOf().write(order, second, found?.version)).toBe(true);
    expect((await logOf().read(order))?.log).toEqual(second);
  });

  it("shows in the traces of its order which command holds up the rest and which were discarded, in one read", async () => {
    const order = anOrder();
    const givenUp = { reason: "warehouse-refused", at: 1_731_924_725_000 };
    const stopped = { ...givenUp, sequence: 2, hash: "b" };
    const discarded = [{ ...givenUp, sequence: 1, by: "function-key" }];
    const waiting = { ...stopped, sequence: 3 };
    await logOf().write(order, { ...first, givenUp: [waiting, stopped], discarded }, undefined);
    const before = proxy().requests.length;

    const traces = await createOrderStore({ table: table(), newId: randomUUID }).traces(order);

    expect(traces).toMatchObject({ stopped, discarded });
    expect(proxy().requests.slice(before)).toEqual(["GET"]);
  });

  it("takes one of two writers that read the same", async () => {
    const order = anOrder();

    const both = [logOf().write(order, first, undefined), logOf().write(order, first, undefined)];

    expect((await Promise.all(both)).filter(Boolean)).toHaveLength(1);
  });

  it("refuses a writer on a version that is gone", async () => {
    const order = anOrder();
    await logOf().write(order, first, undefined);
    const found = await logOf().read(order);
    await logOf().write(order, second, found?.version);

    expect(await logOf().write(order, first, found?.version)).toBe(false);
  });

  it.each([
    ["POST", "lose-answer"],
    ["POST", "repeat"],
  ] as const)("knows its own first write whose answer was lost (%s, %s)", async (method, fault) => {
    proxy().inject(method, fault);

    expect(await logOf().write(anOrder(), first, undefined)).toBe(true);
  });

  it("costs one call a read and one a write", async () => {
    const order = anOrder();
    const before = proxy().requests.length;

    const found = await logOf().read(order);
    await logOf().write(order, first, found?.version);

    expect(proxy().requests.slice(before)).toEqual(["GET", "POST"]);
  });
});

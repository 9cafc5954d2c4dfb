import { describe, expect, it } from "vitest";
import type { Evidence } from "../../faults/oracle/evidence.ts";
import { oneEffect } from "../../faults/oracle/oneEffect.ts";
import { aCall, aCommand, allWell, anEffect, aReservation, ledgerOf, ORDER } from "./evidence.ts";

const withdrawn = (change: Partial<Evidence>) =>
  allWell({ orders: [{ id: ORDER, wanted: "withdrawn", outcomes: [] }], ...change });
const released = anEffect({ key: "release", kind: "release", answer: { outcome: "released" } });

describe("the judge of effects", () => {
  it("finds nothing where each effect happened once", () => {
    expect(oneEffect(allWell())).toEqual([]);
  });

  it("finds nothing where a withdrawn order was undone, or never begun", () => {
    const undone = withdrawn({
      inventory: ledgerOf([aReservation(), released]),
      warehouse: ledgerOf([aCommand(), aCommand("cancelShipment", 2)]),
    });

    expect(oneEffect(undone)).toEqual([]);
    expect(oneEffect(withdrawn({ inventory: ledgerOf([]), warehouse: ledgerOf([]) }))).toEqual([]);
  });

  it.each([
    [
      "a reservation under two keys",
      { inventory: ledgerOf([aReservation(), anEffect({ answer: { outcome: "reserved" } })]) },
    ],
    ["a missing shipment", { warehouse: ledgerOf([]) }],
    ["a gap in the numbers", { warehouse: ledgerOf([aCommand("requestShipment", 2)]) }],
    [
      "a key used for something else",
      { inventory: ledgerOf([aReservation()], [aCall({ status: 422 })]) },
    ],
    [
      "an effect of nobody's order",
      { procurement: ledgerOf([anEffect({ body: { order: "another" } })]) },
    ],
  ] satisfies [string, Partial<Evidence>][])("finds %s", (_what, change) => {
    expect(oneEffect(allWell(change))).toHaveLength(1);
  });

  it("finds one effect twice in a ledger", () => {
    const twice = allWell({ inventory: ledgerOf([aReservation(), aReservation()]) });

    expect(oneEffect(twice)).toContain("inventory had two effects for reservation reserve");
  });

  it.each([
    [
      "stock that was not given back",
      { inventory: ledgerOf([aReservation()]), warehouse: ledgerOf([]) },
    ],
    [
      "a shipment that was not cancelled",
      { inventory: ledgerOf([]), warehouse: ledgerOf([aCommand()]) },
    ],
  ] satisfies [string, Partial<Evidence>][])("finds of a withdrawn order %s", (_what, change) => {
    expect(oneEffect(withdrawn(change))).toHaveLength(1);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInventory } from "../../../../../local/standIns/keyed/inventory.ts";
import { keyedCaller } from "./keyedCall.ts";

const request = (sku: string, quantity: string) => ({
  order: "salesorder:1",
  submission: "s1",
  lines: [{ sku, quantity }],
});

function stocked(stock: Record<string, string>) {
  const inventory = createInventory();
  inventory.setStock(stock);
  return { ...keyedCaller(inventory.collections), stock: () => inventory.stock() };
}

describe("inventory", () => {
  it("takes what it reserves from stock", () => {
    const inventory = stocked({ "BIKE-100": "5" });

    const { answer } = inventory.post("/reservations", "k1", request("BIKE-100", "2.5"));

    expect(answer).toMatchObject({ outcome: "reserved" });
    expect(inventory.stock()["BIKE-100"]).toBe("2.5");
  });

  it("takes nothing when one line is short, and says what is missing", () => {
    const inventory = stocked({ "BIKE-100": "5", "LOCK-7": "1" });
    const lines = [
      { sku: "BIKE-100", quantity: "1" },
      { sku: "LOCK-7", quantity: "1" },
      { sku: "LOCK-7", quantity: "1" },
    ];

    const { answer } = inventory.post("/reservations", "k1", { ...request("", "0"), lines });

    const shortages = [{ sku: "LOCK-7", requested: "2", available: "1" }];
    expect(answer).toEqual({ outcome: "short", shortages });
    expect(inventory.stock()).toMatchObject({ "BIKE-100": "5", "LOCK-7": "1" });
  });

  it("repeats its first answer after the stock has changed", () => {
    const inventory = stocked({ "BIKE-100": "1" });
    const short = inventory.post("/reservations", "k1", request("BIKE-100", "2"));
    inventory.post("/reservations", "other", request("BIKE-100", "1"));

    const again = inventory.post("/reservations", "k1", request("BIKE-100", "2"));

    expect(again).toEqual(short);
  });

  it("gives back what it releases, once, and answers released from then on", () => {
    const inventory = stocked({ "BIKE-100": "5" });
    inventory.post("/reservations", "k1", request("BIKE-100", "2"));

    const first = inventory.post("/releases", "r1", { reservationKey: "k1" });
    const second = inventory.post("/releases", "r2", { reservationKey: "k1" });
    const again = inventory.post("/reservations", "k1", request("BIKE-100", "2"));

    expect(first.answer).toEqual({ outcome: "released" });
    expect(second.answer).toEqual({ outcome: "nothing-reserved" });
    expect(again.answer).toEqual({ outcome: "released" });
    expect(inventory.stock()["BIKE-100"]).toBe("5");
  });

  it("reserves nothing under a key that was released before it arrived", () => {
    const inventory = stocked({ "BIKE-100": "5" });

    const release = inventory.post("/releases", "r1", { reservationKey: "k1" });
    const late = inventory.post("/reservations", "k1", request("BIKE-100", "2"));

    expect(release.answer).toEqual({ outcome: "nothing-reserved" });
    expect(late.answer).toEqual({ outcome: "released" });
    expect(inventory.stock()["BIKE-100"]).toBe("5");
  });

  it("never has less than nothing, and has everything back once all is released", () => {
    const step = fc.record({
      key: fc.constantFrom("a", "b", "c"),
      kind: fc.constantFrom("reserve", "release"),
      quantity: fc.nat(4),
    });

    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: "max" }), (steps) => {
        const inventory = stocked({ X: "6" });
        for (const [index, { key, kind, quantity }] of steps.entries()) {
          if (kind === "reserve") inventory.post("/reservations", key, request("X", `${quantity}`));
          else inventory.post("/releases", `r${index}`, { reservationKey: key });
          expect(Number(inventory.stock()["X"])).toBeGreaterThanOrEqual(0);
        }
        for (const key of ["a", "b", "c"]) {
          inventory.post("/releases", `last-${key}`, { reservationKey: key });
        }
        expect(inventory.stock()["X"]).toBe("6");
      }),
    );
  });
});

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { addDecimals, compareDecimals, subtractDecimals } from "../decimal.ts";
import { type Memory, processMemory } from "../memory/memory.ts";
import { collection } from "./keyedService.ts";
import { createKeyedStore } from "./keyedStore.ts";
import { Line } from "./payloads.ts";

/** What lies in the warehouse at start; a SKU that is not named is out of stock. */
const openingStock = {
  "BIKE-100": "100000",
  "HELMET-20": "100000",
  "LOCK-7": "100000",
  "LIGHT-3": "100000",
  "TENT-4": "0",
};

const Request = z.object({
  order: z.string().min(1),
  submission: z.string().min(1),
  lines: z.array(Line).min(1),
});
const Release = z.object({ reservationKey: z.string().min(1) });

type Quantities = Readonly<Record<string, string>>;

/**
 * All-or-nothing reservations. A release gives the stock back and closes the reservation's key for
 * good: a reservation that arrives after its own release takes nothing.
 */
export function createInventory(memory: Memory = processMemory) {
  const stock = memory.mapNamed<string>("stock");
  const reserved = memory.mapNamed<Quantities>("reserved");
  const reservations = createKeyedStore(memory.mapNamed("reservations"));
  for (const [sku, quantity] of Object.entries(openingStock)) {
    if (!stock.has(sku)) stock.set(sku, quantity);
  }

  const reserve = ({ lines }: z.infer<typeof Request>, key: string) => {
    const wanted = totals(lines);
    const shortages = Object.entries(wanted)
      .map(([sku, requested]) => ({ sku, requested, available: stock.get(sku) ?? "0" }))
      .filter(({ requested, available }) => compareDecimals(requested, available) > 0);
    if (shortages.length > 0) return { outcome: "short", shortages };
    for (const [sku, quantity] of Object.entries(wanted)) {
      stock.set(sku, subtractDecimals(stock.get(sku) ?? "0", quantity));
    }
    reserved.set(key, wanted);
    return { outcome: "reserved", reservationId: randomUUID() };
  };

  const release = ({ reservationKey }: z.infer<typeof Release>) => {
    reservations.overrule(reservationKey, { outcome: "released" });
    const held = reserved.get(reservationKey);
    if (held === undefined) return { outcome: "nothing-reserved" };
    reserved.delete(reservationKey);
    for (const [sku, quantity] of Object.entries(held)) {
      stock.set(sku, addDecimals(stock.get(sku) ?? "0", quantity));
    }
    return { outcome: "released" };
  };

  return {
    collections: [
      collection({
        name: "reservations",
        effect: "reservation",
        payload: Request,
        store: reservations,
        act: reserve,
      }),
      collection({
        name: "releases",
        effect: "release",
        payload: Release,
        store: createKeyedStore(memory.mapNamed("releases")),
        act: release,
      }),
    ],
    setStock: (next: Readonly<Record<string, string>>) => {
      for (const [sku, quantity] of Object.entries(next)) stock.set(sku, quantity);
    },
    stock: () => Object.fromEntries(stock),
  };
}

/** Several lines may name one SKU. */
function totals(lines: readonly z.infer<typeof Line>[]): Quantities {
  const sums = new Map<string, string>();
  for (const { sku, quantity } of lines) sums.set(sku, addDecimals(sums.get(sku) ?? "0", quantity));
  return Object.fromEntries(sums);
}

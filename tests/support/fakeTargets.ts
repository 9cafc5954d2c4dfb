import { ParkError } from "../../shared/errors.ts";
import { createKeyedTarget } from "./keyedTarget.ts";

/** Inventory and procurement in memory: one effect a key, and what was undone before it came is turned away. */
export function createFakeTargets(inStock: (order: string) => boolean) {
  const inventory = createKeyedTarget();
  const procurement = createKeyedTarget();
  const released = new Set<string>();
  const cancelled = new Set<string>();

  return {
    inventory: {
      ...inventory,
      reserve: (key: string, request: { readonly order: string }) => {
        if (released.has(key)) throw new ParkError("reservation-released", `${key} was released`);
        return inventory.call(key, request, () =>
          inStock(request.order)
            ? { outcome: "reserved" as const, reservationId: `reservation of ${key}` }
            : {
                outcome: "short" as const,
                shortages: [{ sku: "BIKE-1", requested: "2", available: "0" }],
              },
        );
      },
      release: (key: string, reservationKey: string) =>
        inventory.call(key, { reservationKey }, () => {
          released.add(reservationKey);
          const answer = inventory.effects.get(reservationKey)?.answer as
            | { outcome: string }
            | undefined;
          const outcome = answer?.outcome === "reserved" ? "released" : "nothing-reserved";
          return { outcome } as const;
        }),
    },
    procurement: {
      ...procurement,
      request: (key: string, request: unknown) => {
        if (cancelled.has(key)) throw new ParkError("request-cancelled", `${key} was cancelled`);
        return procurement.call(key, request, () => ({ requestId: `request of ${key}` }));
      },
      cancel: (key: string, requestKey: string) =>
        procurement.call(key, { requestKey }, () => {
          cancelled.add(requestKey);
          const known = procurement.effects.has(requestKey);
          return { outcome: known ? ("cancelled" as const) : ("nothing-requested" as const) };
        }),
    },
  };
}

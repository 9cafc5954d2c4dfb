import type { Memories, Memory } from "../memory/memory.ts";
import { createStandIn } from "../service/standIn.ts";
import type { Time } from "../time.ts";
import { createCreditBureau } from "./creditBureau.ts";
import { createInventory } from "./inventory.ts";
import { type AnyCollection, createKeyedService } from "./keyedService.ts";
import { createProcurement } from "./procurement.ts";
import { createWarehouse } from "./warehouse.ts";

/** The four services that honour an idempotency key. */
export function createKeyedStandIns({
  time,
  memories,
}: {
  readonly time: Time;
  readonly memories: Memories;
}) {
  const keyed = <Content extends { readonly collections: readonly AnyCollection[] }>(
    name: string,
    create: (memory: Memory) => Content,
  ) =>
    createStandIn({
      name,
      time,
      memories,
      create: (ledger, memory) => {
        const content = create(memory);
        const { collections } = content;
        return { ...content, handle: createKeyedService({ collections, ledger, now: time.now }) };
      },
    });
  return {
    creditBureau: keyed("credit-bureau", createCreditBureau),
    inventory: keyed("inventory", createInventory),
    warehouse: keyed("warehouse", createWarehouse),
    procurement: keyed("procurement", createProcurement),
  };
}

export type KeyedStandIns = ReturnType<typeof createKeyedStandIns>;

import { totalOf } from "../local/outside/operations.ts";
import type { CountedOrders } from "./countedOrders.ts";
import type { Row } from "./row.ts";

/** What orders cost on the wire, each figure beside what is promised of it. */
export function countedRows(counted: CountedOrders): readonly Row[] {
  const { first, duplicate, later, withdrawn, resumed, throughApi, crowd, breakers } = counted;
  const storage = "storage calls";
  const broker = "broker operations";
  return [
    row("an order's first submission", first.processing.length, storage, 2),
    row("a later submission, the live one undone", later.processing.length, storage, 4),
    row("a withdrawal", withdrawn.processing.length, storage, 4),
    row("a resumed attempt", afterFailure(resumed.processing).length, storage, 3),
    row("a duplicate", duplicate.processing.length, storage, 2),
    row("a dispatch to the warehouse", first.dispatch.length, storage, 2),
    row("door c, its status row among them", throughApi.intake.length, storage, 2),
    row("first submissions that come together, each", each(crowd.processing), storage, 2),
    row("a hop through queue orders", totalOf(first.orders), broker, 3),
    row("a hop through queue warehouse", totalOf(first.warehouse), broker, 3),
    row("a retry", totalOf(resumed.orders) - totalOf(first.orders), broker, 3),
    row("an order through door c", totalOf(throughApi.orders), broker, 3),
    row("breakers, a second of one instance", breakerReads(breakers), "storage reads", 1),
  ];

  function each(calls: readonly string[]): number {
    return calls.length / crowd.size;
  }
}

function row(name: string, value: number, unit: string, limit: number): Row {
  const bound = { of: "value", is: "atMost", limit, deterministic: true } as const;
  return { name: `Orders: ${name}`, value, unit, bound };
}

/** What the second attempt did: unlike the first it begins by reading. */
function afterFailure(calls: readonly string[]): readonly string[] {
  return calls.slice(calls.indexOf("GET"));
}

/** Reads a second apart are one more than the seconds. */
function breakerReads({ reads, tookMs }: CountedOrders["breakers"]): number {
  return reads / (Math.floor(tookMs / 1_000) + 1);
}

import { totalOf } from "../local/outside/operations.ts";
import type { Wire } from "./wire.ts";

/** What is billed by number. */
export type Billed =
  | "broker operations"
  | "storage calls"
  | "function executions"
  | "telemetry events";

export type Prices = {
  /** When they were noted. */
  readonly date: string;
  readonly currency: string;
  readonly about: string;
  readonly perMillion: Readonly<Record<Billed, number>>;
};

export type CostLine = {
  readonly item: Billed;
  readonly perOrder: number;
  readonly perMillionOrders: number;
};

/** The price of a million orders that each came through a door by HTTP and went over the wire like this one. */
export function costOf(order: Wire, { perMillion }: Prices): readonly CostLine[] {
  const { processing, dispatch, intake, orders, warehouse, telemetry } = order;
  const door = 1;
  const counts: Readonly<Record<Billed, number>> = {
    "broker operations": totalOf(orders) + totalOf(warehouse),
    "storage calls": processing.length + dispatch.length + intake.length,
    "function executions": door + (orders["delivered"] ?? 0) + (warehouse["delivered"] ?? 0),
    "telemetry events": telemetry,
  };
  return (Object.entries(counts) as [Billed, number][]).map(([item, perOrder]) => ({
    item,
    perOrder,
    perMillionOrders: perOrder * perMillion[item],
  }));
}

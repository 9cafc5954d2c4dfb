import type { PointName } from "../points.ts";
import type { Row } from "../row.ts";

/** Some orders at once, and the process that comes to the point for the n-th time dies there. */
export function killRow(
  row: Pick<Row, "name" | "fault" | "holds"> & {
    readonly point: PointName;
    /** Makes sure that the point is passed. */
    readonly prepare?: (context: Parameters<Row["run"]>[0]) => Promise<unknown>;
  },
): Row {
  const { name, fault, holds, point, prepare } = row;
  return {
    name,
    fault,
    holds,
    async run(context) {
      const { orders, fleet, between } = context;
      const count = between(3, 6);
      await prepare?.(context);
      const died = fleet.arm({ point, nth: between(1, 3), action: "kill" });
      await Promise.all([orders.place(count), died]);
      return [];
    },
  };
}

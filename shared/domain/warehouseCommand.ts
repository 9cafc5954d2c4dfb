import { z } from "zod";

/** The message on queue `warehouse`: one numbered command of one order; numbers have no gaps and no repeats. */
export const WarehouseCommand = z.object({
  schema: z.literal(1),
  type: z.enum(["requestShipment", "cancelShipment"]),
  /** Partition of the order in the table, `<table>:<rowId>`. */
  order: z.string().min(1),
  orderNumber: z.string(),
  /** Key of the submission that this command belongs to. */
  submission: z.string().min(1),
  /** 1, 2, 3 … per order. */
  sequence: z.int().positive(),
  /** Idempotency key at the warehouse and message id of the first send. */
  key: z.string().min(1),
  lines: z.array(z.object({ sku: z.string().min(1), quantity: z.string().min(1) })),
});
export type WarehouseCommand = z.infer<typeof WarehouseCommand>;

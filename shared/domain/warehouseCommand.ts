import { z } from "zod";
import { Decimal } from "./decimal.ts";

/** What `orderOf` makes, and nothing that a table would refuse in a key. */
const orderName = /^[a-z][a-z0-9_]{0,127}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a header carries. */
const printableAscii = /^[\x20-\x7e]{1,255}$/;

/** The message on queue `warehouse`: one numbered command of one order; numbers have no gaps and no repeats. */
export const WarehouseCommand = z.object({
  schema: z.literal(1),
  type: z.enum(["requestShipment", "cancelShipment"]),
  /** Partition of the order in the table, `<table>:<rowId>`. */
  order: z.string().regex(orderName, "must be an order, `<table>:<rowId>`"),
  orderNumber: z.string(),
  /** Key of the submission that this command belongs to. */
  submission: z.string().min(1),
  /** 1, 2, 3 … per order. */
  sequence: z.int().positive(),
  /** Idempotency key at the warehouse and message id of the first send. */
  key: z.string().regex(printableAscii, "must be printable ASCII, 255 characters at most"),
  lines: z.array(z.object({ sku: z.string().min(1), quantity: Decimal })),
});
export type WarehouseCommand = z.infer<typeof WarehouseCommand>;

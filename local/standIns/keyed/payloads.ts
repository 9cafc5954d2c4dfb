import { z } from "zod";

/** Non-negative decimal text: money and quantities are never JSON numbers. */
export const Amount = z.string().regex(/^\d+(\.\d+)?$/);

export const Line = z.object({ sku: z.string().min(1), quantity: Amount });

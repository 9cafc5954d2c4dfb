import { z } from "zod";
import type { CommandWarehouse } from "../domain/dispatchShipment.ts";
import type { KeyedHttp } from "./keyedHttp.ts";

const Answer = z.object({
  outcome: z.enum(["shipped", "cancelled"]),
  shipmentId: z.string().nullable(),
});

export function createWarehouse({ post }: Pick<KeyedHttp, "post">): CommandWarehouse {
  return async ({ key, type, order, orderNumber, submission, sequence, lines }) => {
    const command = { type, order, orderNumber, submission, sequence, lines };
    return await post("/commands", key, command, Answer);
  };
}

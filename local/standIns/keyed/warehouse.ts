import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Memory, processMemory } from "../memory/memory.ts";
import { collection } from "./keyedService.ts";
import { createKeyedStore } from "./keyedStore.ts";
import { Line } from "./payloads.ts";

const Command = z.object({
  type: z.enum(["requestShipment", "cancelShipment"]),
  order: z.string().min(1),
  orderNumber: z.string(),
  submission: z.string().min(1),
  sequence: z.int().positive(),
  lines: z.array(Line),
});

/** Ships and cancels by submission. It trusts the order of what it is told: keeping it is the sender's duty. */
export function createWarehouse(memory: Memory = processMemory) {
  const shipments = memory.mapNamed<string>("shipments");
  const act = ({ type, submission }: z.infer<typeof Command>) => {
    if (type === "cancelShipment") {
      const shipmentId = shipments.get(submission) ?? null;
      shipments.delete(submission);
      return { outcome: "cancelled", shipmentId };
    }
    const shipmentId = randomUUID();
    shipments.set(submission, shipmentId);
    return { outcome: "shipped", shipmentId };
  };
  return {
    collections: [
      collection({
        name: "commands",
        effect: "command",
        payload: Command,
        store: createKeyedStore(memory.mapNamed("commands")),
        act,
      }),
    ],
  };
}

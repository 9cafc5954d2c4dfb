import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Memory, processMemory } from "../memory/memory.ts";
import { collection } from "./keyedService.ts";
import { createKeyedStore } from "./keyedStore.ts";
import { Amount } from "./payloads.ts";

const Request = z.object({
  order: z.string().min(1),
  submission: z.string().min(1),
  shortages: z
    .array(z.object({ sku: z.string().min(1), requested: Amount, available: Amount }))
    .min(1),
});
const Cancellation = z.object({ requestKey: z.string().min(1) });

/** Purchase requests. A cancellation closes the request's key for good, also one that arrives later. */
export function createProcurement(memory: Memory = processMemory) {
  const open = memory.mapNamed<true>("open");
  const requests = createKeyedStore(memory.mapNamed("requests"));

  const request = (_payload: z.infer<typeof Request>, key: string) => {
    open.set(key, true);
    return { requestId: randomUUID() };
  };
  const cancel = ({ requestKey }: z.infer<typeof Cancellation>) => {
    requests.overrule(requestKey, { outcome: "cancelled" });
    return { outcome: open.delete(requestKey) ? "cancelled" : "nothing-requested" };
  };

  return {
    collections: [
      collection({
        name: "requests",
        effect: "request",
        payload: Request,
        store: requests,
        act: request,
      }),
      collection({
        name: "cancellations",
        effect: "cancellation",
        payload: Cancellation,
        store: createKeyedStore(memory.mapNamed("cancellations")),
        act: cancel,
      }),
    ],
  };
}

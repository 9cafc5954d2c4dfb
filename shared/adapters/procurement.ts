import { z } from "zod";
import type { FulfilmentPorts } from "../domain/fulfilOrder.ts";
import { ParkError } from "../errors.ts";
import type { KeyedHttp } from "./keyedHttp.ts";

const Requested = z.union([
  z.object({ requestId: z.string() }),
  z.object({ outcome: z.literal("cancelled") }),
]);

const Cancelled = z.object({ outcome: z.enum(["cancelled", "nothing-requested"]) });

export function createProcurement({
  post,
}: Pick<KeyedHttp, "post">): FulfilmentPorts["procurement"] {
  return {
    async request(key, request) {
      const answer = await post("/requests", key, request, Requested);
      if ("requestId" in answer) return answer;
      // Only a worker that lost its lease requests what another has undone: its message must look again.
      throw new ParkError("request-cancelled", `${key} was cancelled before`);
    },
    cancel: (key, requestKey) => post("/cancellations", key, { requestKey }, Cancelled),
  };
}

import { z } from "zod";
import type { FulfilmentPorts } from "../domain/fulfilOrder.ts";
import type { KeyedHttp } from "./keyedHttp.ts";

const Requested = z.object({ requestId: z.string() });

const Cancelled = z.object({ outcome: z.enum(["cancelled", "nothing-requested"]) });

export function createProcurement({
  post,
}: Pick<KeyedHttp, "post">): FulfilmentPorts["procurement"] {
  return {
    request: (key, request) => post("/requests", key, request, Requested),
    cancel: (key, requestKey) => post("/cancellations", key, { requestKey }, Cancelled),
  };
}

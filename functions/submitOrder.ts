import { SubmitOrder } from "../shared/domain/submitOrder.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import { idempotencyKeyOf } from "../shared/http/idempotencyKey.ts";
import { publicUrl } from "../shared/http/publicUrl.ts";
import { readJson } from "../shared/http/readJson.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

const ANSWER_WITHIN_MS = 9_500;
const RETRY_AFTER_SECONDS = 2;

/**
 * Door c: `POST orders` → 202 with the address to poll. For connectors and flows, which repeat a POST
 * after 408, 429 and 5xx: a repeat under the same Idempotency-Key gets the same answer.
 */
export function registerSubmitOrder(
  app: FunctionApp,
  { submitOrder, callerOf, clock }: Pick<Services, "submitOrder" | "callerOf" | "clock">,
): void {
  app.http("submitOrder", {
    methods: ["POST"],
    route: "orders",
    authLevel: "function",
    handler: endpoint(
      async (request, context) => {
        const idempotencyKey = idempotencyKeyOf(request);
        const caller = callerOf(request);
        const payload = await readJson(request, SubmitOrder);
        const view = await submitOrder({ caller, idempotencyKey, payload });
        context.info("order accepted", { orderId: view.order });
        return {
          status: 202,
          headers: {
            location: `${publicUrl(request)}/${view.order}`,
            "retry-after": String(RETRY_AFTER_SECONDS),
          },
          jsonBody: view,
        };
      },
      { ms: ANSWER_WITHIN_MS, clock },
    ),
  });
}

import { CreditCheckRequest } from "../shared/domain/creditDecision.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import { idempotencyKeyOf } from "../shared/http/idempotencyKey.ts";
import { readJson } from "../shared/http/readJson.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/**
 * `POST credit-checks`: a pre-operation plug-in waits for this inside a database transaction, so a good
 * question is always answered 200 and always within 1.5 s (docs/adr/0001-credit-check-contract.md).
 */
export function registerCheckCredit(
  app: FunctionApp,
  { checkCredit }: Pick<Services, "checkCredit">,
): void {
  app.http("checkCredit", {
    methods: ["POST"],
    route: "credit-checks",
    authLevel: "function",
    handler: endpoint(async (request, context) => {
      const key = idempotencyKeyOf(request);
      const question = await readJson(request, CreditCheckRequest);
      const { body, replayed, missing } = await checkCredit(question, key);
      const { requestId, orderId } = question;
      context.info("credit checked", { requestId, orderId, replayed, missing });
      return { status: 200, headers: { "content-type": "application/json" }, body };
    }),
  });
}

import { Guid } from "../shared/domain/dataverseValue.ts";
import { isFinal } from "../shared/domain/orderView.ts";
import { TerminalError } from "../shared/errors.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import { publicUrl } from "../shared/http/publicUrl.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

const RETRY_AFTER_SECONDS = 2;

/**
 * `GET orders/{id}`, id = the order's row id in Dataverse: 200 with the state once it is final, until
 * then 202 with Location and Retry-After, so that a poller which only follows headers ends up here again.
 */
export function registerGetOrder(
  app: FunctionApp,
  { findOrder }: Pick<Services, "findOrder">,
): void {
  app.http("getOrder", {
    methods: ["GET"],
    route: "orders/{id}",
    authLevel: "function",
    handler: endpoint(async (request) => {
      const id = Guid.safeParse(request.params["id"]);
      const view = id.success ? await findOrder(id.data) : undefined;
      if (view === undefined) throw new TerminalError("not-found", "no such order is known here");
      if (isFinal(view)) return { status: 200, jsonBody: view };
      const headers = {
        location: publicUrl(request),
        "retry-after": String(RETRY_AFTER_SECONDS),
      };
      return { status: 202, headers, jsonBody: view };
    }),
  });
}

import { TerminalError } from "../shared/errors.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import { readBody } from "../shared/http/readBody.ts";
import { parseJson } from "../shared/json.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

/** Dataverse strips an event above 256 KB; what is larger than this was never its. */
const MAX_BYTES = 1024 * 1024;
const ANSWER_WITHIN_MS = 9_500;

/**
 * Door a: `POST webhooks/dataverse` → references on queue `orders`. 202 means durable, whatever the
 * event was; 503 asks for the one repetition that Dataverse grants. A body that no repetition can
 * make acceptable is kept and travels to the dead-letter queue of `dataverse-events`.
 */
export function registerReceiveDataverseWebhook(
  app: FunctionApp,
  {
    acceptWebhookEvent,
    keepDeadBody,
    clock,
  }: Pick<Services, "acceptWebhookEvent" | "keepDeadBody" | "clock">,
): void {
  const accept = async (bytes: Uint8Array) => {
    try {
      return await acceptWebhookEvent(parseJson(bytes, { maxBytes: MAX_BYTES }));
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      return { outcome: "refused", ...(await keepDeadBody(bytes, error.code)) };
    }
  };

  app.http("receiveDataverseWebhook", {
    methods: ["POST"],
    route: "webhooks/dataverse",
    authLevel: "function",
    handler: endpoint(
      async (request, context) => {
        const accepted = await accept(await readBody(request, { maxBytes: MAX_BYTES }));
        context.info("dataverse event received", accepted);
        return { status: 202 };
      },
      { ms: ANSWER_WITHIN_MS, clock },
    ),
  });
}

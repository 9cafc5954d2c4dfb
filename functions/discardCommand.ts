import { z } from "zod";
import { Guid } from "../shared/domain/dataverseValue.ts";
import { TerminalError } from "../shared/errors.ts";
import { endpoint } from "../shared/http/endpoint.ts";
import type { FunctionApp, Services } from "../shared/services.ts";

const Command = z.object({
  id: Guid,
  sequence: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
});

/**
 * `POST orders/{id}/commands/{sequence}/discard`: for a person who has seen to it that the order can do without the
 * warehouse command that `GET orders/{id}` shows as stopped. No body; a repeat gets the same answer. 422, never 409, for
 * a command that holds nothing up: flows do not repeat a 409, and here no repetition helps either.
 */
export function registerDiscardCommand(
  app: FunctionApp,
  { discardCommand, callerOf }: Pick<Services, "discardCommand" | "callerOf">,
): void {
  app.http("discardCommand", {
    methods: ["POST"],
    route: "orders/{id}/commands/{sequence}/discard",
    authLevel: "function",
    handler: endpoint(async (request, context) => {
      const by = callerOf(request);
      const command = Command.safeParse(request.params);
      if (!command.success) throw new TerminalError("not-found", "no such command is known here");
      const { id: order, sequence } = command.data;
      const discarded = await discardCommand(order, sequence, by);
      context.warn("warehouse command discarded", { order, ...discarded });
      return { status: 200, jsonBody: { order, state: "discarded", ...discarded } };
    }),
  });
}

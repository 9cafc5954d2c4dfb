import type { HttpHandler } from "@azure/functions";
import { TerminalError } from "../errors.ts";
import type { Clock } from "../patterns/clock.ts";
import { answerWithin } from "../patterns/deadline.ts";
import { problem, problemOf } from "./problem.ts";

/** Long enough for a restart of what we lean on, short enough for a person who waits. */
const RETRY_AFTER_SECONDS = 5;

/** After which the caller gets its 503, although the work may still be going on. */
type AnswerLimit = { readonly ms: number; readonly clock: Pick<Clock, "sleep"> };

/**
 * Makes a handler answer always, and within the limit where one is set: a TerminalError becomes its
 * problem details, anything else 503 with Retry-After and one log line. Never 500, which Dataverse
 * treats as final, and never a word about our inside.
 */
export function endpoint(handler: HttpHandler, limit?: AnswerLimit): HttpHandler {
  return async function answer(request, context) {
    const work = async () => handler(request, context);
    try {
      if (limit === undefined) return await work();
      return await answerWithin(limit.ms, limit.clock, work, () => {
        throw new Error(`no answer within ${limit.ms} ms`);
      });
    } catch (error) {
      if (error instanceof TerminalError) return problemOf(error);
      context.error("request failed", describe(error));
      return problem({
        status: 503,
        code: "unavailable",
        detail: "the service cannot do this right now; the same request may be sent again",
        headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
      });
    }
  };
}

/** Name, code and message of an error and its cause: no stack, no request, no credentials. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { name, message, cause } = error;
  return {
    error: name,
    message,
    ...("code" in error && { code: error.code }),
    ...(cause instanceof Error && { cause: describe(cause) }),
  };
}

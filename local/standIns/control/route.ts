import type { z } from "zod";
import type { Call } from "../service/call.ts";
import { jsonReply, problemReply, type Reply } from "../service/reply.ts";

/** One entry of the control API; `:name` in the path is a parameter. */
export type Route = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly about: string;
  readonly run: (request: ControlRequest) => unknown;
};

type ControlRequest = {
  readonly parameter: (name: string) => string;
  /** The JSON body; an empty one counts as `{}`. Throws ControlError 400 or 422. */
  readonly body: <T>(schema: z.ZodType<T>) => T;
};

export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Answers with what the route returns, as JSON; undefined is 204. */
export function createRouter(routes: readonly Route[]) {
  const patterns = routes.map((route) => ({ ...route, segments: route.path.split("/") }));
  return async (call: Call): Promise<Reply> => {
    const segments = call.path.split("/");
    const fitting = patterns.filter((route) => fits(route.segments, segments));
    const route = fitting.find(({ method }) => method === call.method);
    if (route === undefined) {
      const status = fitting.length > 0 ? 405 : 404;
      return problemReply({ status, code: "no-route", detail: `${call.method} ${call.path}` });
    }
    try {
      const result = await route.run({
        parameter: (name) => decodeURIComponent(segments[route.segments.indexOf(`:${name}`)] ?? ""),
        body: (schema) => readBody(schema, call.body),
      });
      return result === undefined ? { status: 204 } : jsonReply(200, result);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      return problemReply({ status: error.status, code: "refused", detail: error.message });
    }
  };
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) => part.startsWith(":") || part === segments[index]);
}

function readBody<T>(schema: z.ZodType<T>, bytes: Buffer): T {
  let raw: unknown;
  try {
    raw = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
  } catch (cause) {
    throw new ControlError(400, "the body is not JSON", { cause });
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ControlError(422, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}`);
}

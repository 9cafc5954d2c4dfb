import type { IncomingHttpHeaders } from "node:http";
import type { Reply } from "./reply.ts";

/** One request, read whole. */
export type Call = {
  readonly method: string;
  /** As sent, percent-encoding kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborts when the service is taken down: what has not happened by then must not happen later. */
  readonly signal: AbortSignal;
};

export type Handle = (call: Call) => Reply | Promise<Reply>;

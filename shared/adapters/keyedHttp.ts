import type { z } from "zod";
import { RetryableError, TerminalError, type UncertainCall } from "../errors.ts";
import { quotedKey } from "../http/idempotencyKey.ts";
import { readBody } from "../http/readBody.ts";
import { parseJson } from "../json.ts";
import { parse } from "../parse.ts";
import { retryAfterMs } from "./retryAfter.ts";

export type KeyedHttpOptions = {
  /** The target's name; also the code of its errors. */
  readonly target: string;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
};

export type KeyedHttp = {
  /** One effect at the target per key, however often it is called. */
  readonly post: <Schema extends z.ZodType>(
    path: string,
    key: string,
    body: unknown,
    answer: Schema,
  ) => Promise<z.infer<Schema>>;
  /**
   * Whether the target has seen a call, by the path that its failure named; undefined where its answer does not tell.
   * Rejects while it is away: no answer, or one that asks for patience.
   */
  readonly has: (path: string) => Promise<boolean | undefined>;
};

const MAX_ANSWER_BYTES = 1_048_576;

/**
 * Answers of 4xx that a repetition may change: a secret run out or a role not yet granted, timeout, locked, too early,
 * too many. And 409: our own first call under the key is still under way (Idempotency-Key draft §2.6).
 */
const PASSING_STATUS = new Set([401, 403, 408, 409, 423, 425, 429]);

/** Answers that are about the target, or a gateway in front of it, and not about the one call that was asked for. */
const AWAY_STATUS = new Set([429, 502, 503, 504]);

/**
 * Calls under an `Idempotency-Key`, each made once. No answer, an unreadable one, 5xx and what may pass → RetryableError with the
 * target's name as code, its Retry-After, and where to ask whether the call had its effect if it may have had; any
 * other refusal → TerminalError `<target>-refused`.
 */
export function createKeyedHttp({
  target,
  baseUrl,
  timeoutMs,
  fetch: call = fetch,
}: KeyedHttpOptions): KeyedHttp {
  const failure = (
    message: string,
    details: {
      readonly cause?: unknown;
      readonly retryAfterMs?: number;
      readonly uncertain?: UncertainCall;
    } = {},
  ) => new RetryableError(target, `${target} ${message}`, details);

  return {
    async post(path, key, body, answer) {
      const uncertain = { target, path: `${path}/${encodeURIComponent(key)}`, key };
      let response: Response;
      let bytes: Uint8Array;
      try {
        response = await call(`${baseUrl}${path}`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json",
            "idempotency-key": quotedKey(key),
          },
          body: JSON.stringify(body),
          redirect: "error",
          signal: AbortSignal.timeout(timeoutMs),
        });
        bytes = await readBody(response, { maxBytes: MAX_ANSWER_BYTES });
      } catch (cause) {
        throw failure("did not answer", { cause, uncertain });
      }
      const { status, headers } = response;
      if (status >= 500 || status === 409) {
        throw failure(`answered ${status}`, { uncertain, ...retryAfterMs(headers) });
      }
      if (PASSING_STATUS.has(status)) throw failure(`answered ${status}`, retryAfterMs(headers));
      if (!response.ok) {
        throw new TerminalError(`${target}-refused`, `${target} answered ${status}`);
      }
      try {
        return parse(answer, parseJson(bytes, { maxBytes: MAX_ANSWER_BYTES }));
      } catch (cause) {
        throw failure("answered something unreadable", { cause, uncertain });
      }
    },

    async has(path) {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await call(`${baseUrl}${path}`, { redirect: "error", signal }).catch(
        (cause: unknown) => {
          throw failure("did not answer", { cause });
        },
      );
      await response.body?.cancel();
      if (response.ok) return true;
      if (response.status === 404) return false;
      if (!AWAY_STATUS.has(response.status)) return undefined;
      throw failure(`answered ${response.status}`, retryAfterMs(response.headers));
    },
  };
}

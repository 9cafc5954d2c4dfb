import { z } from "zod";
import { RetryableError, TerminalError } from "../errors.ts";
import { readBody } from "../http/readBody.ts";
import { parseJson } from "../json.ts";
import { retryAfterMs } from "./retryAfter.ts";

export type DataverseApiOptions = {
  /** Address of the environment, without a path. */
  readonly url: string;
  /** The signal ends it together with the call. */
  readonly accessToken: (signal: AbortSignal) => Promise<string>;
  /** One call, its token and a second try at an upsert included. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
};

/** Web API v9.2, each call made once. Throws RetryableError or TerminalError with code `dataverse…`. */
export type DataverseApi = {
  /** Undefined when there is no such row. Decimals keep their digits. */
  readonly get: (path: string) => Promise<unknown>;
  /** Writes the row that the alternate key in the path names, whether it is there or not. */
  readonly upsert: (path: string, row: Readonly<Record<string, unknown>>) => Promise<void>;
  /** The same where there is no such row yet; one that is there stays as it is. */
  readonly create: (path: string, row: Readonly<Record<string, unknown>>) => Promise<void>;
};

const MAX_ANSWER_BYTES = 16 * 1_048_576;

/** A token that has run out, a role not yet granted, a table not yet deployed, service protection: another time may do. */
const PASSING_STATUS = new Set([401, 403, 404, 408, 425, 429]);

/** The row is not there. A table, a path or a whole environment that is not there answers 404 too. */
const OBJECT_DOES_NOT_EXIST = "0x80040217";

const ErrorBody = z.object({ error: z.object({ code: z.string() }) });

export function createDataverseApi({
  url,
  accessToken,
  timeoutMs,
  fetch: call = fetch,
}: DataverseApiOptions): DataverseApi {
  const request = async (
    method: "GET" | "PATCH",
    path: string,
    row?: object,
    conditions: Readonly<Record<string, string>> = {},
    signal = AbortSignal.timeout(timeoutMs),
  ) => {
    try {
      const token = await untilAborted(signal, accessToken(signal));
      const response = await call(`${url}/api/data/v9.2/${path}`, {
        method,
        headers: {
          ...odataHeaders,
          ...conditions,
          authorization: `Bearer ${token}`,
          ...(row !== undefined && { "content-type": "application/json" }),
        },
        ...(row !== undefined && { body: JSON.stringify(row) }),
        redirect: "error",
        signal,
      });
      return { response, bytes: await readBody(response, { maxBytes: MAX_ANSWER_BYTES }) };
    } catch (cause) {
      throw new RetryableError("dataverse", "Dataverse did not answer", { cause });
    }
  };

  return {
    async get(path) {
      const { response, bytes } = await request("GET", path);
      if (response.status === 404 && codeOf(bytes) === OBJECT_DOES_NOT_EXIST) return undefined;
      if (!response.ok) throw failure(response, bytes);
      return readable(bytes);
    },

    async upsert(path, row) {
      const signal = AbortSignal.timeout(timeoutMs);
      const first = await request("PATCH", path, row, {}, signal);
      if (first.response.ok) return;
      // Two upserts that meet on a new key: the loser's repeat is an update.
      const met = first.response.status === 409 || first.response.status === 412;
      const last = met ? await request("PATCH", path, row, {}, signal) : first;
      if (!last.response.ok) throw failure(last.response, last.bytes);
    },

    async create(path, row) {
      const { response, bytes } = await request("PATCH", path, row, { "if-none-match": "*" });
      if (!response.ok && response.status !== 412) throw failure(response, bytes);
    },
  };
}

const odataHeaders = {
  accept: "application/json",
  "odata-maxversion": "4.0",
  "odata-version": "4.0",
  "if-none-match": "null", // never an answer from a cache
};

/** Text of a key in a path: quotes doubled (OData 4.01 part 2 §5.1.1.6), then percent-encoded. */
export function keyText(value: string): string {
  return `'${encodeURIComponent(value.replaceAll("'", "''"))}'`;
}

/** An identity endpoint that is silent must not hold a handler, whatever its client makes of a signal. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function readable(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, { maxBytes: MAX_ANSWER_BYTES });
  } catch (cause) {
    throw new RetryableError("dataverse", "Dataverse answered something unreadable", { cause });
  }
}

function failure({ status, headers }: Response, bytes: Uint8Array): Error {
  const code = codeOf(bytes);
  const message = `Dataverse answered ${status}${code === undefined ? "" : ` (${code})`}`;
  if (status >= 500 || status === 409 || status === 412 || PASSING_STATUS.has(status)) {
    return new RetryableError("dataverse", message, retryAfterMs(headers));
  }
  return new TerminalError("dataverse-refused", message);
}

/** Its own code, such as 0x80040333; the message may quote data, so it stays out of ours. */
function codeOf(bytes: Uint8Array): string | undefined {
  try {
    const { error } = ErrorBody.parse(parseJson(bytes, { maxBytes: 65_536 }));
    return error.code.slice(0, 40);
  } catch {
    return undefined;
  }
}

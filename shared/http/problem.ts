import type { HttpResponseInit } from "@azure/functions";
import type { TerminalError } from "../errors.ts";

/** RFC 9457 problem details. `code` is ours: stable, for programs; `detail` is for people. */
type Problem = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly field?: string | undefined;
  readonly headers?: Record<string, string>;
};

const titles: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  503: "Service Unavailable",
};

export function problem({ status, code, detail, field, headers }: Problem): HttpResponseInit {
  return {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
    body: JSON.stringify({
      type: "about:blank", // RFC 9457 §4.2.1: the status says it all, `code` says which
      title: titles[status] ?? "Error",
      status,
      detail,
      code,
      ...(field !== undefined && { field }),
    }),
  };
}

const statusOfCode: Record<string, number> = {
  "too-large": 413,
  "unsupported-media-type": 415,
  "malformed-json": 400,
  "invalid-utf8": 400,
  "too-deep": 400,
  "idempotency-key-missing": 400,
  "idempotency-key-invalid": 400,
  "unknown-caller": 403,
  "not-found": 404,
};

/** A refusal of the caller's input: 413, 415, 400 for what is not readable JSON, 422 for what does not fit the contract. */
export function problemOf(error: TerminalError): HttpResponseInit {
  return problem({
    status: statusOfCode[error.code] ?? 422,
    code: error.code,
    detail: error.message,
    field: error.field,
  });
}

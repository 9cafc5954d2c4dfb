/** What a stand-in answers; the body is text, since numbers must keep their digits. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

export function jsonReply(status: number, value: unknown): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(value),
  };
}

/** A refusal before a service adds its own shape of error body. */
export type Refusal = {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
};

export function retryAfter({ retryAfterSeconds }: Refusal): Record<string, string> {
  return retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
}

/** RFC 9457 problem details. */
export function problemReply(refusal: Refusal): Reply {
  const { status, code, detail } = refusal;
  return {
    status,
    headers: { ...retryAfter(refusal), "content-type": "application/problem+json" },
    body: JSON.stringify({ type: "about:blank", status, detail, code }),
  };
}

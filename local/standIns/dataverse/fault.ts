import { type Refusal, type Reply, retryAfter } from "../service/reply.ts";

/** A refusal by Dataverse, as its Web API shows it. The code is a Dataverse error number in hexadecimal. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** The codes that are met here; the names are those of Dataverse's error table. */
export const faultCodes = {
  isvAborted: "0x80040265",
  objectDoesNotExist: "0x80040217",
  duplicateRecord: "0x80040237",
  invalidArgument: "0x80040203",
  badRequest: "0x80060888",
  invalidPayload: "0x80048d19",
  keyDoesNotExist: "0x80060891",
  keyNotUnique: "0x80060892",
  versionMismatch: "0x80060882",
  invalidState: "0x80048408",
  validation: "0x80044331",
  tooManyRequests: "0x80072322",
  unexpected: "0x80040216",
} as const;

export function badRequest(message: string): Fault {
  return new Fault(400, faultCodes.badRequest, message);
}

/** `{"error":{"code","message"}}`, the shape of every Web API error. */
export function faultReply(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: {
      "content-type": "application/json; odata.metadata=minimal",
      "odata-version": "4.0",
    },
    body: JSON.stringify({ error: { code, message } }),
  };
}

/** What a scripted refusal looks like when it comes from Dataverse. */
export function dataverseRefusal(refusal: Refusal): Reply {
  const throttled = refusal.status === 429;
  const code = throttled ? faultCodes.tooManyRequests : faultCodes.unexpected;
  const message = throttled
    ? "Number of requests exceeded the limit of 6000, measured over time window of 300 seconds."
    : refusal.detail;
  const reply = faultReply(refusal.status, code, message);
  return { ...reply, headers: { ...reply.headers, ...retryAfter(refusal) } };
}

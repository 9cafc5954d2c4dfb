import rhea from "rhea";
import { type AmqpError, toAmqpError } from "./amqpError.ts";
import type { IncomingRequest } from "./readRequest.ts";
import type { ManagementReply, RequestHandler } from "./request.ts";
import { int, symbol } from "./typed.ts";

const OK = 200;
const INTERNAL_ERROR = 500;

/** Clients map status and condition; without the condition every 404 becomes "entity not found". */
const statusOf: Readonly<Record<string, number>> = {
  "amqp:not-found": 404,
  "amqp:not-implemented": 501,
  "amqp:not-allowed": 400,
  "amqp:unauthorized-access": 401,
  "amqp:resource-limit-exceeded": 403,
  "amqp:link:message-size-exceeded": 413,
  "com.microsoft:argument-error": 400,
  "com.microsoft:argument-out-of-range": 400,
  "com.microsoft:entity-already-exists": 409,
  "com.microsoft:message-lock-lost": 410,
  "com.microsoft:message-not-found": 404,
  "com.microsoft:server-busy": 503,
  "com.microsoft:session-cannot-be-locked": 410,
  "com.microsoft:session-lock-lost": 410,
};

/** Always resolves with an encoded reply: a client without one waits for its timeout. */
export async function replyTo(request: IncomingRequest, answer: RequestHandler): Promise<Buffer> {
  try {
    return encode(request, await answer(request));
  } catch (error) {
    return encode(request, faultReply(toAmqpError(error)));
  }
}

function faultReply({ condition, message }: AmqpError): ManagementReply {
  return { status: statusOf[condition] ?? INTERNAL_ERROR, condition, description: message };
}

function encode(request: IncomingRequest, reply: ManagementReply): Buffer {
  const { status = OK, description = "OK", condition, body = {} } = reply;
  // Service Bus clients read the first spelling of each, Event Hubs and CBS the second.
  const applicationProperties = {
    statusCode: int(status),
    statusDescription: description,
    "status-code": int(status),
    "status-description": description,
    ...(condition === undefined
      ? {}
      : { errorCondition: symbol(condition), "error-condition": symbol(condition) }),
  };
  return rhea.message.encode({
    ...(request.messageId === undefined ? {} : { correlation_id: request.messageId }),
    application_properties: applicationProperties,
    body,
  });
}

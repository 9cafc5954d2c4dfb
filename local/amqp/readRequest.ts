import type { Typed } from "rhea";
import rhea from "rhea";
import { AmqpError } from "./amqpError.ts";
import { endOfSound } from "./codec/soundValue.ts";
import { pairsOf } from "./fields.ts";
import type { ConnectionInfo, TypedMap } from "./node.ts";
import type { ManagementRequest } from "./request.ts";
import { readValues } from "./rheaInternals.ts";

/** A request with what its reply needs: ids keep their AMQP type, since clients compare by it. */
export type IncomingRequest = ManagementRequest & {
  readonly replyTo: string | undefined;
  readonly messageId: Typed | undefined;
};

/** Sections of AMQP 1.0 §3.2. */
const PROPERTIES = 0x73;
const APPLICATION_PROPERTIES = 0x74;
const VALUE = 0x77;

const MESSAGE_ID_FIELD = 0;
const REPLY_TO_FIELD = 4;

/** Decodes a request; one that is no AMQP message at all is rejected with `amqp:decode-error`. */
export function readRequest(payload: Buffer, connection: ConnectionInfo): IncomingRequest {
  const sections = readSections(payload);
  const properties = (sections.get(PROPERTIES)?.value ?? []) as (Typed | undefined)[];
  const { operation, ...others } = unwrapMap(sections.get(APPLICATION_PROPERTIES));
  const body = sections.get(VALUE);
  const isMap = body !== undefined && rhea.types.is_map(body);
  const replyTo: unknown = properties[REPLY_TO_FIELD]?.value;
  const messageId = properties[MESSAGE_ID_FIELD];
  return {
    operation: typeof operation === "string" ? operation : "",
    properties: others,
    fields: isMap ? new Map(pairsOf(body.value as TypedMap)) : new Map(),
    body: isMap || !body ? undefined : rhea.types.unwrap(body),
    connection,
    replyTo: typeof replyTo === "string" ? replyTo : undefined,
    messageId: readId(messageId),
  };
}

/** A message id to be repeated in the reply: of one of the four types that ids have (§3.2.11 to §3.2.14). */
function readId(id: Typed | undefined): Typed | undefined {
  const value: unknown = id?.value ?? undefined;
  if (value === undefined) return undefined;
  const isScalar = typeof value === "string" || typeof value === "number" || Buffer.isBuffer(value);
  if (isScalar && id?.descriptor === undefined) return id;
  throw new AmqpError("amqp:decode-error", "the request's message-id is none");
}

function readSections(payload: Buffer): Map<number, Typed> {
  const sections = new Map<number, Typed>();
  try {
    for (let offset = 0; offset < payload.length; ) offset = endOfSound(payload, offset);
    const reader = readValues(payload);
    while (reader.remaining() > 0) {
      const section = reader.read();
      sections.set(Number(section.descriptor?.value), section);
    }
  } catch (error) {
    throw new AmqpError("amqp:decode-error", "the request is not an AMQP message", {
      cause: error,
    });
  }
  return sections;
}

function unwrapMap(section: Typed | undefined): Record<string, unknown> {
  return section ? rhea.types.unwrap_map_simple(section) : {};
}

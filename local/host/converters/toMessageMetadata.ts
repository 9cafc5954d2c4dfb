import type { TriggerMetadata, TypedData } from "../typedData.ts";
import { toTypedText, toTypedTexts } from "./toTypedText.ts";

/** What metadata is made of; a message received with @azure/service-bus fits. */
export type Message = {
  readonly deliveryCount?: number | undefined;
  readonly deadLetterSource?: string | undefined;
  readonly lockToken?: string | undefined;
  readonly expiresAtUtc?: Date | undefined;
  readonly enqueuedTimeUtc?: Date | undefined;
  readonly messageId?: unknown;
  readonly contentType?: string | undefined;
  readonly replyTo?: string | undefined;
  readonly sequenceNumber?: { readonly toString: () => string } | undefined;
  readonly to?: string | undefined;
  readonly subject?: string | undefined;
  readonly correlationId?: unknown;
  readonly applicationProperties?: Readonly<Record<string, unknown>> | undefined;
  readonly sessionId?: string | undefined;
  readonly replyToSessionId?: string | undefined;
  readonly partitionKey?: string | undefined;
};

type Field = { readonly kind: "text" | "json"; readonly of: (message: Message) => unknown };

const text = (of: (message: Message) => unknown): Field => ({ kind: "text", of });
const json = (of: (message: Message) => unknown): Field => ({ kind: "json", of });

/** .NET's largest instant, which a message without a time to live expires at. */
const NEVER = "9999-12-31T23:59:59.9999999";

/** The names of Service Bus extension 5.x, in its order. Its client and action objects are left out. */
const fields: Readonly<Record<string, Field>> = {
  // The SDK gives the AMQP header, 0 at first; .NET counts this delivery too.
  DeliveryCount: json(({ deliveryCount = 0 }) => deliveryCount + 1),
  DeadLetterSource: text(({ deadLetterSource }) => deadLetterSource),
  LockToken: text(({ lockToken }) => lockToken),
  ExpiresAtUtc: json(({ expiresAtUtc }) => expiresAtUtc?.toISOString() ?? `${NEVER}Z`),
  ExpiresAt: json(({ expiresAtUtc }) => withOffset(expiresAtUtc) ?? `${NEVER}+00:00`),
  EnqueuedTimeUtc: json(({ enqueuedTimeUtc }) => enqueuedTimeUtc?.toISOString()),
  EnqueuedTime: json(({ enqueuedTimeUtc }) => withOffset(enqueuedTimeUtc)),
  MessageId: text(({ messageId }) => messageId),
  ContentType: text(({ contentType }) => contentType),
  ReplyTo: text(({ replyTo }) => replyTo),
  SequenceNumber: json(({ sequenceNumber }) => Number(sequenceNumber?.toString() ?? 0)),
  To: text(({ to }) => to),
  Subject: text(({ subject }) => subject),
  Label: text(({ subject }) => subject),
  CorrelationId: text(({ correlationId }) => correlationId),
  ApplicationProperties: json(({ applicationProperties }) => applicationProperties ?? {}),
  UserProperties: json(({ applicationProperties }) => applicationProperties ?? {}),
  SessionId: text(({ sessionId }) => sessionId),
  ReplyToSessionId: text(({ replyToSessionId }) => replyToSessionId),
  PartitionKey: text(({ partitionKey }) => partitionKey),
  TransactionPartitionKey: text(() => undefined),
};

/** Trigger metadata of one message; what the message has not is left out. */
export function toMessageMetadata(message: Message): TriggerMetadata {
  const metadata: Record<string, TypedData> = {};
  for (const [name, { kind, of }] of Object.entries(fields)) {
    const value = of(message);
    if (value === undefined || value === null) continue;
    metadata[name] = kind === "text" ? toTypedText(asText(value)) : { json: JSON.stringify(value) };
  }
  return metadata;
}

/**
 * Trigger metadata of a batch: each name with `Array` behind it. Arrays of texts leave out what a message
 * has not, so only the others stay in step with the messages.
 */
export function toMessageBatchMetadata(messages: readonly Message[]): TriggerMetadata {
  const metadata: Record<string, TypedData> = {};
  for (const [name, { kind, of }] of Object.entries(fields)) {
    const values = messages.map(of);
    metadata[`${name}Array`] =
      kind === "text"
        ? toTypedTexts(values.map((value) => (value == null ? undefined : asText(value))))
        : { json: JSON.stringify(values) };
  }
  return metadata;
}

function withOffset(instant: Date | undefined): string | undefined {
  return instant?.toISOString().replace("Z", "+00:00");
}

/** Message ids can be numbers or binary in AMQP 1.0 (§3.2.11 to 3.2.14). */
function asText(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString("hex") : String(value);
}

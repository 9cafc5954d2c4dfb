import { z } from "zod";
import type { Delivery } from "../patterns/settlement.ts";
import type { OutgoingMessage } from "./serviceBusSender.ts";

/** A value the host may have turned into a number on the way (it parses each string as JSON); left out where digits are lost. */
const text = z
  .union([z.string(), z.number().refine(keepsDigits).transform(String)])
  .optional()
  .catch(undefined);

const count = z.coerce.number().int().nonnegative().optional().catch(undefined);

/** Ours alone: a sender's own properties may well be called `id`, `hop` or `attempt`. */
const LINEAGE = "lineage";

const Lineage = z.object({
  id: z.string().min(1),
  attempt: z.int().min(1),
  hop: z.int().min(1),
  firstSeenAt: z.int(),
  uncertain: z
    .object({
      call: z.object({ target: z.string(), path: z.string(), key: z.string() }),
      since: z.int().optional(),
    })
    .optional(),
  history: z.array(z.object({ attempt: z.int(), at: z.int(), code: z.string() })).default([]),
});

const Metadata = z.object({
  /** Only as text: of a number the host has made, two ids may be one (beyond 2^53). */
  messageId: z.string().optional().catch(undefined),
  contentType: text,
  correlationId: text,
  subject: text,
  replyTo: text,
  lockToken: text,
  deliveryCount: count,
  sequenceNumber: text,
  enqueuedTimeUtc: text,
  applicationProperties: z
    .record(
      z.string(),
      z
        .union([z.string(), z.number().refine(keepsDigits), z.boolean()])
        .nullish()
        .catch(undefined),
    )
    .catch({}),
});
export type Metadata = z.infer<typeof Metadata>;

/** What the host says of a message. A body field can overwrite any of it, so nothing here decides what an order is. */
export function metadataOf(triggerMetadata: unknown): Metadata {
  return Metadata.parse(typeof triggerMetadata === "object" ? (triggerMetadata ?? {}) : {});
}

/**
 * Where a message stands in its lineage: by the property that our copies carry. Any other message is its own root, under
 * the id that its sender gave it, else under its place in the queue.
 */
export function deliveryOf(
  { applicationProperties, messageId, ...metadata }: Metadata,
  now: number,
): Delivery {
  const lineage = lineageOf(applicationProperties);
  if (lineage !== undefined) return lineage;
  const id = messageId ?? `message-${placeOf(metadata)}`;
  return { id, attempt: 1, hop: 0, firstSeenAt: now, history: [] };
}

/** What our copies carry of their lineage; undefined for any other message. */
export function lineageOf(properties: Metadata["applicationProperties"]): Delivery | undefined {
  const property = properties[LINEAGE];
  if (typeof property !== "string") return undefined;
  try {
    return Lineage.parse(JSON.parse(property));
  } catch {
    return undefined; // somebody else's property
  }
}

/**
 * The copy of a message under its new place in the lineage. What its sender gave it stays as far as the host tells of it:
 * names in lower camel case, and no number that lost digits on the way (the bus would refuse the largest).
 */
export function copyOf(
  body: Uint8Array,
  { applicationProperties, contentType, correlationId, subject, replyTo }: Metadata,
  lineage: Delivery,
): OutgoingMessage {
  const theirs = Object.entries(applicationProperties).filter(
    (entry): entry is [string, string | number | boolean] =>
      entry[1] !== undefined && entry[1] !== null,
  );
  return {
    body,
    messageId: lineage.id,
    contentType,
    correlationId,
    subject,
    replyTo,
    applicationProperties: { ...Object.fromEntries(theirs), [LINEAGE]: JSON.stringify(lineage) },
  };
}

/** The same copy as attempt number `attempt`. */
export function asAttempt(
  { applicationProperties = {}, ...copy }: OutgoingMessage,
  attempt: number,
): OutgoingMessage {
  const lineage = JSON.stringify({ ...lineageOf(applicationProperties), attempt });
  return { ...copy, applicationProperties: { ...applicationProperties, [LINEAGE]: lineage } };
}

function keepsDigits(number: number): boolean {
  return Number.isSafeInteger(number) || !Number.isInteger(number);
}

/** The lock at worst: then a crash-repeat is a second copy, but no two messages share one. */
function placeOf({ sequenceNumber, enqueuedTimeUtc, lockToken }: Partial<Metadata>): string {
  if (sequenceNumber === undefined) return `${lockToken}`;
  return enqueuedTimeUtc === undefined ? sequenceNumber : `${sequenceNumber}-${enqueuedTimeUtc}`;
}

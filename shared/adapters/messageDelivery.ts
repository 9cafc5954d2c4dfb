import { z } from "zod";
import type { Delivery } from "../patterns/settlement.ts";
import type { OutgoingMessage } from "./serviceBusSender.ts";

/** A value the host may have turned into a number on the way (it parses each string as JSON). */
const text = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

const count = z.coerce.number().int().nonnegative().optional().catch(undefined);

const History = z.array(z.object({ attempt: z.int(), at: z.int(), code: z.string() }));

const Metadata = z.object({
  messageId: text,
  contentType: text,
  correlationId: text,
  subject: text,
  lockToken: text,
  deliveryCount: count,
  sequenceNumber: text,
  applicationProperties: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullish().catch(undefined))
    .catch({}),
});
export type Metadata = z.infer<typeof Metadata>;

/** What the host says of a message. A body field can overwrite any of it, so nothing here decides what an order is. */
export function metadataOf(triggerMetadata: unknown): Metadata {
  return Metadata.parse(typeof triggerMetadata === "object" ? (triggerMetadata ?? {}) : {});
}

/**
 * Where a message stands in its lineage: by the properties that our copies carry. A message of somebody else's is its
 * own root, under the id that its sender gave it.
 */
export function deliveryOf(
  { applicationProperties, ...metadata }: Metadata,
  now: number,
): Delivery {
  const { id, attempt, hop, firstSeenAt, uncertainSince, history } = applicationProperties;
  return {
    id: text.parse(id) ?? metadata.messageId ?? `message-${metadata.sequenceNumber}`,
    attempt: Math.max(1, count.parse(attempt) ?? 1),
    hop: count.parse(hop) ?? 0,
    firstSeenAt: count.parse(firstSeenAt) ?? now,
    uncertainSince: count.parse(uncertainSince),
    history: historyOf(history),
  };
}

/** The copy of a message under its new place in the lineage; everything its sender gave it stays. */
export function copyOf(
  body: Uint8Array,
  { applicationProperties, contentType, correlationId, subject }: Metadata,
  { id, attempt, hop, firstSeenAt, uncertainSince, history }: Delivery,
): OutgoingMessage {
  const theirs = Object.entries(applicationProperties).filter(
    (entry): entry is [string, string | number | boolean] =>
      entry[1] !== undefined && entry[1] !== null,
  );
  return {
    body,
    messageId: id,
    contentType,
    correlationId,
    subject,
    applicationProperties: {
      ...Object.fromEntries(theirs),
      attempt,
      hop,
      firstSeenAt,
      ...(uncertainSince !== undefined && { uncertainSince }),
      ...(history.length > 0 && { history: JSON.stringify(history) }),
    },
  };
}

function historyOf(property: unknown): Delivery["history"] {
  try {
    return History.parse(typeof property === "string" ? JSON.parse(property) : property);
  } catch {
    return []; // absent, or not ours: an attempt history only informs
  }
}

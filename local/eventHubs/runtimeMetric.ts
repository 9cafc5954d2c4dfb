import { encodeSection } from "../amqp/codec/compound.ts";
import { encodeTyped } from "../amqp/codec/encodeTyped.ts";
import { encodeString, encodeSymbol } from "../amqp/codec/scalar.ts";
import { DELIVERY_ANNOTATIONS } from "../amqp/codec/sections.ts";
import { long, timestamp } from "../amqp/typed.ts";
import type { LogPosition } from "./partition.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** The event with delivery annotations that tell the newest event of its partition as of `nowMs`. */
export function withRuntimeMetric(
  { message, headerBytes }: StoredEvent,
  newest: LogPosition,
  nowMs: number,
): Buffer {
  const annotations = encodeSection(DELIVERY_ANNOTATIONS, "map", [
    encodeSymbol("last_enqueued_sequence_number"),
    encodeTyped(long(newest.sequenceNumber)),
    encodeSymbol("last_enqueued_offset"),
    encodeString(String(newest.offset)),
    encodeSymbol("last_enqueued_time_utc"),
    encodeTyped(timestamp(newest.enqueuedTimeMs)),
    encodeSymbol("runtime_info_retrieval_time_utc"),
    encodeTyped(timestamp(nowMs)),
  ]);
  // AMQP 1.0 §3.2: delivery annotations stand between the header and the message annotations.
  return Buffer.concat([
    message.subarray(0, headerBytes),
    annotations,
    message.subarray(headerBytes),
  ]);
}

import type { ManagementReply } from "../../amqp/request.ts";
import { boolean, long, string, timestamp } from "../../amqp/typed.ts";
import { type Hub, partitionOf } from "../hub.ts";

/** 0001-01-01T00:00Z, what the service gives where no event has ever been enqueued. */
const neverMs = -62_135_596_800_000;

/** READ of type com.microsoft:partition: where a partition's log begins and ends. */
export function readPartition(hub: Hub, partitionId: string): ManagementReply {
  const { id, events } = partitionOf(hub, partitionId);
  const { beginningSequenceNumber, last } = events.info();
  return {
    body: {
      name: string(hub.name),
      type: string("com.microsoft:partition"),
      partition: string(id),
      begin_sequence_number: long(beginningSequenceNumber),
      last_enqueued_sequence_number: long(last?.sequenceNumber ?? -1),
      last_enqueued_offset: string(String(last?.offset ?? -1)),
      last_enqueued_time_utc: timestamp(last?.enqueuedTimeMs ?? neverMs),
      is_partition_empty: boolean(beginningSequenceNumber === events.next),
    },
  };
}

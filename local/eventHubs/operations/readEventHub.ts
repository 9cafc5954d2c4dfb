import type { ManagementReply } from "../../amqp/request.ts";
import { int, string, stringArray, timestamp } from "../../amqp/typed.ts";
import type { Hub } from "../hub.ts";

/** READ of type com.microsoft:eventhub: what a hub is. */
export function readEventHub(hub: Hub): ManagementReply {
  return {
    body: {
      name: string(hub.name),
      type: string("com.microsoft:eventhub"),
      created_at: timestamp(hub.createdAtMs),
      partition_count: int(hub.partitions.length),
      partition_ids: stringArray(hub.partitions.map(({ id }) => id)),
    },
  };
}

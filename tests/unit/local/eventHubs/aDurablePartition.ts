import { createHub, type HubPartition } from "../../../../local/eventHubs/hub.ts";
import { createHubStores } from "../../../../local/eventHubs/hubStore.ts";
import type { ProducerMark } from "../../../../local/eventHubs/idempotentProducers.ts";
import type { Retention } from "../../../../local/eventHubs/partition.ts";
import type { Committable } from "../../../../local/journal/commits.ts";
import { copyOf, createMemoryFiles, type MemoryFiles } from "../../../support/memoryFiles.ts";

/** An event that will say so, which counts for so many bytes. */
export type TestEvent = { readonly says: string; readonly sizeBytes: number };

/** Small files, so that a log soon takes several. */
const SEGMENT_BYTES = 300;

/** A partition whose files are in memory, and which can be killed and started again. */
export function aDurablePartition(retention: Partial<Retention> = {}) {
  const clock = { now: 1_000 };
  const start = (files: MemoryFiles) => {
    const dirty = new Set<Committable>();
    const stores = createHubStores({
      directory: "hubs",
      files,
      sync: false,
      createdAtMs: 0,
      commits: { add: (changed) => void dirty.add(changed), commit: () => {}, close: () => {} },
      log: () => {},
      segmentBytes: SEGMENT_BYTES,
      step: 64,
    });
    const { partitions } = createHub(
      { name: "Telemetry", partitionCount: 1, consumerGroups: [] },
      { now: () => clock.now, retention, stores },
    );
    return {
      files,
      partition: partitions[0] as HubPartition,
      commit: () => dirty.forEach((one) => void one.commit()),
    };
  };
  let running = start(createMemoryFiles());

  return {
    clock,
    get files() {
      return running.files;
    },
    get partition() {
      return running.partition;
    },
    /** Appends events, the last of them with the producer's mark. */
    append: (events: readonly TestEvent[], producer?: ProducerMark) => {
      const { partition } = running;
      const bytes = events.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
      partition.makeRoom(bytes, events.length);
      partition.events.append(
        events.map(({ says, sizeBytes }, index) => ({
          sizeBytes,
          at: () => ({
            message: Buffer.from(says),
            headerBytes: 0,
            ...(producer && index === events.length - 1 && { producer }),
          }),
        })),
      );
    },
    /** Writes what has changed since the last time. */
    commit: () => running.commit(),
    /** Kills the partition and starts it from its files; what was not committed is gone. */
    restart: () => {
      running = start(copyOf(running.files));
      running.commit();
    },
    /** What is kept, from a sequence number on. */
    read: (from = 0) => {
      const { events } = running.partition;
      const read: string[] = [];
      for (let next = events.resume(from); ; next += 1) {
        const entry = events.at(next);
        if (!entry) return read;
        read.push(entry.stored.message.toString());
      }
    },
  };
}

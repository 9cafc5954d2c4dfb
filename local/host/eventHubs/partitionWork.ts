import type { ReceivedEventData } from "@azure/event-hubs";
import type { EventHubsOptions } from "../hostJson.ts";

export type PartitionWork = {
  /** Takes what a receive brought, which may be nothing, and runs what is due; calls must not overlap. */
  readonly receive: (events: readonly ReceivedEventData[]) => Promise<void>;
  /** Of the last event received, if there was one. */
  readonly lastSequenceNumber: () => number | undefined;
  /** Writes a checkpoint for what has run but was not written yet. */
  readonly flush: () => Promise<void>;
  /** Resolves when the receive under way has ended. */
  readonly idle: () => Promise<void>;
};

export type PartitionWorkOptions = {
  readonly options: Pick<
    EventHubsOptions,
    "maxEventBatchSize" | "minEventBatchSize" | "maxWaitTimeMs" | "batchCheckpointFrequency"
  >;
  /** Runs the function for a batch. Resolves with false where it was cut off by the host's stop. */
  readonly run: (events: readonly ReceivedEventData[]) => Promise<boolean>;
  /** Whether it was written; one that was not is tried again with the next batch. */
  readonly checkpoint: (last: ReceivedEventData) => Promise<boolean>;
  readonly now: () => number;
};

/** With a frequency above 1, a partition gone quiet is written after this long. */
const IDLE_CHECKPOINT_MS = 600_000;

/**
 * One partition's events in order, a batch after the other. A batch is checkpointed whether its function
 * succeeded or failed, for there is no poison queue: only every `batchCheckpointFrequency`-th, and never
 * one that the host's stop cut off.
 */
export function createPartitionWork(work: PartitionWorkOptions): PartitionWork {
  const { maxEventBatchSize, minEventBatchSize, maxWaitTimeMs, batchCheckpointFrequency } =
    work.options;
  let pending: ReceivedEventData[] = [];
  let pendingSince = 0;
  let unwritten: { readonly last: ReceivedEventData; readonly batches: number } | undefined;
  let lastRunAt = 0;
  let current: Promise<void> = Promise.resolve();
  let lastSequenceNumber: number | undefined;

  const flush = async () => {
    const written = unwritten;
    if (written === undefined || !(await work.checkpoint(written.last))) return;
    if (unwritten === written) unwritten = undefined;
  };

  const runBatch = async (events: readonly ReceivedEventData[]) => {
    const last = events.at(-1);
    if (last === undefined || !(await work.run(events))) return;
    lastRunAt = work.now();
    unwritten = { last, batches: (unwritten?.batches ?? 0) + 1 };
    if (unwritten.batches >= batchCheckpointFrequency) await flush();
  };

  const receive = async (events: readonly ReceivedEventData[]) => {
    if (pending.length === 0) pendingSince = work.now();
    pending.push(...events);
    const waitedEnough = work.now() - pendingSince >= maxWaitTimeMs;
    const leastSize = waitedEnough ? 1 : minEventBatchSize;
    while (pending.length >= leastSize) {
      const batch = pending.slice(0, maxEventBatchSize);
      pending = pending.slice(batch.length);
      await runBatch(batch);
    }
    if (work.now() - lastRunAt >= IDLE_CHECKPOINT_MS) await flush();
  };

  return {
    flush,
    idle: () => current,
    lastSequenceNumber: () => lastSequenceNumber,
    receive: (events) => {
      lastSequenceNumber = events.at(-1)?.sequenceNumber ?? lastSequenceNumber;
      const received = receive(events);
      current = received.catch(() => {});
      return received;
    },
  };
}

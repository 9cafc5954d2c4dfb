import type { EventPosition, PartitionContext, ReceivedEventData } from "@azure/event-hubs";
import type { EventHubsOptions } from "../hostJson.ts";
import type { LineState } from "../lineState.ts";
import { openCheckpointStore } from "./checkpointStore.ts";
import type { EventHubListenerOptions } from "./eventHubListener.ts";
import { openConsumer } from "./openConsumer.ts";
import { createPartitionWork, type PartitionWork } from "./partitionWork.ts";
import type { RestartedHub } from "./restartedHub.ts";
import type { RunEvents } from "./runEvents.ts";

export type SubscribeOptions = EventHubListenerOptions & {
  readonly run: RunEvents;
  readonly line: LineState;
  readonly category: string;
  /** From then on events are dropped unseen; without a checkpoint they come again. */
  readonly isStopping: () => boolean;
  /** Ends the subscription. */
  readonly closing: AbortSignal;
  readonly onConnected: () => void;
  readonly restartedHub: RestartedHub;
};

/**
 * A receive without events ends after this long. The SDK notices a lost connection between two receives
 * only, and a least batch size asks for a look at the clock.
 */
const RECEIVE_SECONDS = 1;

/**
 * One subscription, until it is told to close or the SDK gives a partition up: then it rejects, for the
 * SDK would leave that partition without a reader until its ownership runs out.
 */
export async function subscribe(options: SubscribeOptions): Promise<void> {
  const { fn, storage, options: limits, line, closing } = options;
  const store = options.restartedHub.withoutStale(
    await openCheckpointStore(storage),
    async (partitionId) =>
      (await consumer.getPartitionProperties(partitionId)).lastEnqueuedSequenceNumber,
  );
  const consumer = await openConsumer(fn.trigger, limits, store);
  try {
    await consumer.getPartitionIds({ abortSignal: closing });
    line.up();
    options.onConnected();
    const partitions = new Map<string, PartitionWork>();
    const { promise: over, resolve: end } = Promise.withResolvers<Error | undefined>();
    closing.addEventListener("abort", () => end(undefined), { once: true });
    if (closing.aborted) end(undefined);

    const subscription = consumer.subscribe(
      {
        processEvents: async (events, context) => {
          if (options.isStopping()) return;
          const [first] = events;
          const work = workOf(partitions, context, options);
          if (first !== undefined) {
            line.up();
            const last = work.lastSequenceNumber();
            if (last !== undefined && first.sequenceNumber <= last) {
              options.restartedHub.noticed(context.partitionId);
              partitions.delete(context.partitionId);
              end(new Error(`partition ${context.partitionId} has begun anew`));
              return;
            }
          }
          await work.receive(events);
        },
        processError: async (error) => line.down(error),
        processClose: async (reason, { partitionId }) => {
          const cause: string = reason;
          if (cause === "OwnershipLost") partitions.delete(partitionId);
          else if (!options.isStopping()) end(new Error(`partition ${partitionId} was given up`));
        },
      },
      {
        maxBatchSize: limits.maxEventBatchSize,
        prefetchCount: Math.max(limits.prefetchCount, limits.maxEventBatchSize),
        maxWaitTimeInSeconds: RECEIVE_SECONDS,
        skipParsingBodyAsJson: true,
        startPosition: startPosition(limits.initialOffset),
      },
    );
    const failure = await over;
    // A batch must have ended before anybody may read on from its checkpoint.
    await Promise.all([...partitions.values()].map((work) => work.idle()));
    await Promise.all([...partitions.values()].map((work) => work.flush()));
    await subscription.close();
    if (failure !== undefined) throw failure;
  } finally {
    await consumer.close().catch(() => {});
  }
}

function workOf(
  partitions: Map<string, PartitionWork>,
  context: PartitionContext,
  { run, options, log, category, now }: SubscribeOptions,
): PartitionWork {
  const known = partitions.get(context.partitionId);
  if (known !== undefined) return known;
  const work: PartitionWork = createPartitionWork({
    options,
    now,
    run: (events) => run(events, context),
    checkpoint: async (last: ReceivedEventData) => {
      // Another host owns the partition by now; its checkpoint must not go backwards.
      if (partitions.get(context.partitionId) !== work) return false;
      try {
        await context.updateCheckpoint(last);
        return true;
      } catch (error) {
        const { name } = error as Error;
        log("warning", category, `no checkpoint for partition ${context.partitionId}: ${name}`);
        return false;
      }
    },
  });
  partitions.set(context.partitionId, work);
  return work;
}

function startPosition(initial: EventHubsOptions["initialOffset"]): EventPosition {
  if (initial.type === "fromEnqueuedTime") return { enqueuedOn: initial.enqueuedTimeMs };
  return { offset: initial.type === "fromStart" ? "-1" : "@latest" };
}

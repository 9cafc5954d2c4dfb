import type { CheckpointStore } from "@azure/event-hubs";

export type RestartedHub = {
  /** A view of the store without the checkpoints that belong to a log that is gone. */
  readonly withoutStale: (
    store: CheckpointStore,
    lastSequenceNumber: (partitionId: string) => Promise<number>,
  ) => CheckpointStore;
  /** Remembers that the partition's log has begun anew, whatever its checkpoint says. */
  readonly noticed: (partitionId: string) => void;
};

/**
 * Sees to it that a hub that was made anew, under checkpoints that outlived it, is read from its start
 * position again. A reader that asks for an offset beyond the end of the log would wait there and miss all
 * that comes before; Azure refuses such a reader.
 */
export function createRestartedHub(warn: (line: string) => void): RestartedHub {
  const restarted = new Set<string>();

  return {
    noticed: (partitionId) => {
      restarted.add(partitionId);
      warn(`partition ${partitionId} has begun anew: its sequence numbers went back`);
    },
    withoutStale: (store, lastSequenceNumber) => ({
      listOwnership: (...group) => store.listOwnership(...group),
      claimOwnership: (...claim) => store.claimOwnership(...claim),
      updateCheckpoint: async (checkpoint, options) => {
        await store.updateCheckpoint(checkpoint, options);
        restarted.delete(checkpoint.partitionId);
      },
      listCheckpoints: async (...group) => {
        const checkpoints = await store.listCheckpoints(...group);
        const judged = await Promise.all(
          checkpoints.map(async (checkpoint) => {
            const { partitionId, sequenceNumber } = checkpoint;
            if (restarted.has(partitionId)) return [];
            const last = await lastSequenceNumber(partitionId);
            if (sequenceNumber <= last) return [checkpoint];
            warn(
              `the checkpoint of partition ${partitionId} (${sequenceNumber}) lies beyond the end of its log (${last}): the hub was made anew, so it is read from its start position`,
            );
            return [];
          }),
        );
        return judged.flat();
      },
    }),
  };
}

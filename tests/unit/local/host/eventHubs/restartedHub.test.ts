import type { Checkpoint, CheckpointStore } from "@azure/event-hubs";
import { expect, test } from "vitest";
import { createRestartedHub } from "../../../../../local/host/eventHubs/restartedHub.ts";

const group = ["namespace", "hub", "group"] as const;
const checkpoint = (partitionId: string, sequenceNumber: number): Checkpoint => ({
  fullyQualifiedNamespace: group[0],
  eventHubName: group[1],
  consumerGroup: group[2],
  partitionId,
  sequenceNumber,
  offset: String(sequenceNumber),
});

/** A store with one checkpoint a partition, seen beside a hub that ends at `last`. */
function seen(last: number, ...checkpoints: Checkpoint[]) {
  const lines: string[] = [];
  const written: Checkpoint[] = [];
  const hub = createRestartedHub((line) => void lines.push(line));
  const store = hub.withoutStale(
    {
      listCheckpoints: async () => checkpoints,
      updateCheckpoint: async (given: Checkpoint) => void written.push(given),
    } as unknown as CheckpointStore,
    async () => last,
  );
  const list = async () =>
    (await store.listCheckpoints(...group)).map(({ partitionId }) => partitionId);
  return { hub, store, list, lines, written };
}

test("checkpoints within the log count", async () => {
  const { list, lines } = seen(7, checkpoint("0", 7), checkpoint("1", 0));

  expect(await list()).toEqual(["0", "1"]);
  expect(lines).toEqual([]);
});

test("one beyond the log's end is left out, and says so", async () => {
  const { list, lines } = seen(7, checkpoint("0", 8), checkpoint("1", 3));

  expect(await list()).toEqual(["1"]);
  expect(lines).toEqual([expect.stringContaining("the checkpoint of partition 0 (8) lies beyond")]);
});

test("an empty log leaves out every checkpoint", async () => {
  const { list } = seen(-1, checkpoint("0", 0));

  expect(await list()).toEqual([]);
});

test("a log that was seen to begin anew has none until the next is written", async () => {
  const { hub, store, list, written } = seen(7, checkpoint("0", 5));

  hub.noticed("0");
  expect(await list()).toEqual([]);
  await store.updateCheckpoint(checkpoint("0", 2));

  expect(written).toHaveLength(1);
  expect(await list()).toEqual(["0"]);
});

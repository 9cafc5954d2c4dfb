import type { ReceivedEventData } from "@azure/event-hubs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  createPartitionWork,
  type PartitionWorkOptions,
} from "../../../../../local/host/eventHubs/partitionWork.ts";

const event = (sequenceNumber: number) => ({ sequenceNumber }) as ReceivedEventData;
const events = (from: number, count: number) =>
  Array.from({ length: count }, (_none, index) => event(from + index));

function partition(
  limits: Partial<PartitionWorkOptions["options"]> = {},
  ports: Partial<PartitionWorkOptions> = {},
) {
  const batches: number[][] = [];
  const checkpoints: number[] = [];
  const clock = { now: 0 };
  const work = createPartitionWork({
    options: {
      maxEventBatchSize: 3,
      minEventBatchSize: 1,
      maxWaitTimeMs: 1_000,
      batchCheckpointFrequency: 1,
      ...limits,
    },
    run: async (batch) => {
      batches.push(batch.map(({ sequenceNumber }) => sequenceNumber));
      return true;
    },
    checkpoint: async ({ sequenceNumber }) => {
      checkpoints.push(sequenceNumber);
      return true;
    },
    now: () => clock.now,
    ...ports,
  });
  return { work, batches, checkpoints, clock };
}

test("each batch is checkpointed at its last event", async () => {
  const { work, batches, checkpoints } = partition();

  await work.receive(events(0, 4));

  expect(batches).toEqual([[0, 1, 2], [3]]);
  expect(checkpoints).toEqual([2, 3]);
});

test("only every so many batches are written, the rest on flush", async () => {
  const { work, checkpoints } = partition({ batchCheckpointFrequency: 2 });

  await work.receive(events(0, 9));
  expect(checkpoints).toEqual([5]);
  await work.flush();
  await work.flush();

  expect(checkpoints).toEqual([5, 8]);
});

test("events wait for the least batch, but no longer than the waiting time", async () => {
  const { work, batches, clock } = partition({ minEventBatchSize: 2 });

  await work.receive(events(0, 1));
  clock.now = 999;
  await work.receive([]);
  expect(batches).toEqual([]);
  clock.now = 1_000;
  await work.receive([]);

  expect(batches).toEqual([[0]]);
});

test("a batch that the host's stop cut off is not checkpointed", async () => {
  const { work, checkpoints } = partition({}, { run: async () => false });

  await work.receive(events(0, 2));
  await work.flush();

  expect(checkpoints).toEqual([]);
});

test("a checkpoint that could not be written is tried again", async () => {
  const tried: number[] = [];
  const { work } = partition(
    {},
    {
      checkpoint: async ({ sequenceNumber }) => {
        tried.push(sequenceNumber);
        return tried.length > 1;
      },
    },
  );

  await work.receive(events(0, 1));
  await work.flush();
  await work.flush();

  expect(tried).toEqual([0, 0]);
});

test("a partition gone quiet is written after ten minutes", async () => {
  const { work, checkpoints, clock } = partition({ batchCheckpointFrequency: 10 });

  await work.receive(events(0, 1));
  clock.now = 600_000;
  await work.receive([]);

  expect(checkpoints).toEqual([0]);
});

test("every event runs once and in order, in batches within the limits", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(8), { maxLength: 20, size: "max" }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      async (received, maxEventBatchSize, batchCheckpointFrequency) => {
        const { work, batches, checkpoints } = partition({
          maxEventBatchSize,
          batchCheckpointFrequency,
        });
        let sent = 0;
        for (const count of received) {
          await work.receive(events(sent, count));
          sent += count;
        }
        await work.flush();

        expect(batches.flat()).toEqual(Array.from({ length: sent }, (_none, index) => index));
        expect(batches.every(({ length }) => length >= 1 && length <= maxEventBatchSize)).toBe(
          true,
        );
        expect(checkpoints.at(-1)).toBe(sent === 0 ? undefined : sent - 1);
      },
    ),
  );
});

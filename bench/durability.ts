import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { type BenchBroker, QUEUE, startBenchBroker } from "./benchBroker.ts";
import { exchange, fill } from "./exchange.ts";
import { canReadMemory, residentMegabytes } from "./memory.ts";
import { median, type Row } from "./row.ts";

const MESSAGES = 10_000;
const ROUNDS = 5;
const BACKLOG = 50_000;
const MANY = 1_000_000;
const MANY_AT_A_TIME = 50_000;
const BYTES_PER_MEGABYTE = 1024 * 1024;
/** On a disk, unlike many systems' folder for temporary files. */
const folder = join(import.meta.dirname, "..", ".local");

/**
 * What keeping messages on disk costs: the same exchange of 1 KB messages with the emulator in memory, on
 * disk, and on disk with every acknowledgement synced, taking turns; and how long a backlog takes to come
 * back. Where asked for also a million messages, for memory and disk.
 */
export async function measureDurability({
  million,
}: {
  readonly million: boolean;
}): Promise<readonly Row[]> {
  mkdirSync(folder, { recursive: true });
  const directory = mkdtempSync(join(folder, "bench-state-"));
  try {
    return [
      ...(await cost(directory)),
      await recovery(join(directory, "backlog")),
      ...(million ? await manyMessages(join(directory, "many")) : []),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function cost(directory: string): Promise<Row[]> {
  const sides = {
    memory: await open(),
    disk: await open({ directory: join(directory, "disk") }),
    synced: await open({ directory: join(directory, "synced"), sync: true }),
  };
  const rounds: { memory: number; disk: number; synced: number }[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const measure = async (side: keyof typeof sides) =>
        (await exchange(sides[side].client, QUEUE, MESSAGES)).perSecond;
      const rates = {
        memory: await measure("memory"),
        disk: await measure("disk"),
        synced: await measure("synced"),
      };
      if (round > 0) rounds.push(rates); // the first one only warms all three up
    }
  } finally {
    for (const side of Object.values(sides)) await side.close();
  }
  const row = (name: string, side: "disk" | "synced"): Row => ({
    name: `Durability: send + receive + complete at once, ${name}`,
    value: median(rounds.map((rates) => rates[side])),
    unit: "messages/s",
    peer: { name: "in memory", value: median(rounds.map(({ memory }) => memory)) },
    ratio: median(rounds.map((rates) => rates[side] / rates.memory)),
  });
  return [
    { ...row("on disk", "disk"), bound: { of: "ratio", is: "atLeast", limit: 0.7 } },
    row("each acknowledgement synced", "synced"),
  ];
}

/** From the start of the process until it listens, with everything back in its queue. */
async function recovery(directory: string): Promise<Row> {
  const before = await open({ directory });
  await fill(before.client, QUEUE, BACKLOG);
  await before.kill();
  const startedAt = performance.now();
  const after = await open({ directory });
  const value = performance.now() - startedAt;
  await after.close();
  return {
    name: `Durability: start with a backlog of ${BACKLOG.toLocaleString("en")} after a kill`,
    value,
    unit: "ms",
    bound: { of: "value", is: "below", limit: 3_000 },
  };
}

async function manyMessages(directory: string): Promise<Row[]> {
  const side = await open({ directory });
  const samples: { memory: number; disk: number }[] = [];
  try {
    for (let done = 0; done < MANY; done += MANY_AT_A_TIME) {
      await exchange(side.client, QUEUE, MANY_AT_A_TIME);
      const memory = canReadMemory ? residentMegabytes(side.broker.pid) : Number.NaN;
      samples.push({ memory, disk: megabytesIn(directory) });
    }
  } finally {
    await side.close();
  }
  const half = samples.length / 2;
  const memory = (part: typeof samples) => median(part.map((sample) => sample.memory));
  const [early, late] = [memory(samples.slice(0, half)), memory(samples.slice(half))];
  return [
    {
      name: "Durability: memory, second half of a million messages",
      value: late,
      unit: "MB",
      peer: { name: "first half", value: early },
      ratio: late / early,
      bound: { of: "ratio", is: "below", limit: 1.15 },
    },
    {
      name: "Durability: most disk that a million messages took",
      value: Math.max(...samples.map(({ disk }) => disk)),
      unit: "MB",
      bound: { of: "value", is: "below", limit: 64 },
    },
  ];
}

async function open(state?: { directory: string; sync?: boolean }) {
  const broker: BenchBroker = await startBenchBroker(state);
  const client = new ServiceBusClient(broker.connectionString);
  return {
    broker,
    client,
    close: async () => {
      await client.close();
      await broker.stop();
    },
    kill: async () => {
      await client.close();
      process.kill(broker.pid, "SIGKILL");
      await broker.exited;
    },
  };
}

function megabytesIn(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const bytes = names.reduce((total, name) => total + statSync(join(directory, name)).size, 0);
  return bytes / BYTES_PER_MEGABYTE;
}

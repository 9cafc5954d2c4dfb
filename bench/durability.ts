import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { EventHubProducerClient } from "@azure/event-hubs";
import { ServiceBusClient } from "@azure/service-bus";
import { succeed } from "../local/outside/request.ts";
import { type BenchBroker, HUB, QUEUE, startBenchBroker } from "./benchBroker.ts";
import { sendEvents } from "./eventHubs.ts";
import { exchange, fill } from "./exchange.ts";
import { canReadMemory, residentMegabytes } from "./memory.ts";
import { median, type Row } from "./row.ts";

const MESSAGES = 10_000;
const EVENTS = 20_000;
const ROUNDS = 5;
const BACKLOG = 50_000;
const MANY = 1_000_000;
const MANY_AT_A_TIME = 50_000;
const BYTES_PER_MEGABYTE = 1024 * 1024;
/** On a disk, unlike many systems' folder for temporary files. */
const folder = join(import.meta.dirname, "..", ".local");

/**
 * What keeping messages and events on disk costs: the same exchange of 1 KB messages, and the same events of
 * 1 KB sent, with the emulator in memory, on disk, and on disk with every commit synced, taking turns; and how
 * long a backlog takes to come back, all of it. Where asked for also a million messages, for memory and disk.
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
  const compare = async (what: string, unit: string, measure: (side: Side) => Promise<number>) => {
    const rounds: { memory: number; disk: number; synced: number }[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const rates = {
        memory: await measure(sides.memory),
        disk: await measure(sides.disk),
        synced: await measure(sides.synced),
      };
      if (round > 0) rounds.push(rates); // the first one only warms all three up
    }
    const row = (name: string, side: "disk" | "synced"): Row => ({
      name: `Durability: ${what}, ${name}`,
      value: median(rounds.map((rates) => rates[side])),
      unit,
      peer: { name: "in memory", value: median(rounds.map(({ memory }) => memory)) },
      ratio: median(rounds.map((rates) => rates[side] / rates.memory)),
    });
    return {
      disk: row("on disk, not synced", "disk"),
      synced: row("each commit synced", "synced"),
    };
  };
  try {
    const queue = await compare(
      "send + receive + complete at once",
      "messages/s",
      async ({ client }) => (await exchange(client, QUEUE, MESSAGES)).perSecond,
    );
    const hub = await compare("events sent in batches", "events/s", ({ producer }) =>
      sendEvents(producer, EVENTS),
    );
    return [
      { ...queue.disk, bound: { of: "ratio", is: "atLeast", limit: 0.7 } },
      queue.synced,
      hub.disk,
      hub.synced,
    ];
  } finally {
    for (const side of Object.values(sides)) await side.close();
  }
}

type Side = Awaited<ReturnType<typeof open>>;

/** From the start of the process until it listens, with everything back in its queue. */
async function recovery(directory: string): Promise<Row> {
  const before = await open({ directory });
  await fill(before.client, QUEUE, BACKLOG);
  await before.kill();
  const startedAt = performance.now();
  const after = await open({ directory });
  const value = performance.now() - startedAt;
  const back = await activeIn(after.broker);
  await after.close();
  if (back !== BACKLOG) throw new Error(`${back} of ${BACKLOG} messages came back after the kill`);
  return {
    name: `Durability: start with a backlog of ${BACKLOG.toLocaleString("en")} after a kill, not synced`,
    value,
    unit: "ms",
    bound: { of: "value", is: "below", limit: 3_000 },
  };
}

async function activeIn({ info }: BenchBroker): Promise<number | undefined> {
  const { body } = await succeed("GET", `http://127.0.0.1:${info.adminPort}/entities`);
  const queues = body["queues"] as readonly { readonly name: string; readonly active: number }[];
  return queues.find(({ name }) => name === QUEUE)?.active;
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
  const producer = new EventHubProducerClient(broker.connectionString, HUB);
  const leave = () => Promise.all([client.close(), producer.close()]);
  return {
    broker,
    client,
    producer,
    close: async () => {
      await leave();
      await broker.stop();
    },
    kill: async () => {
      await leave();
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

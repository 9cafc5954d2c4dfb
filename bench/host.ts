import { Agent, request } from "node:http";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ServiceBusClient } from "@azure/service-bus";
import { type Launched, launch } from "../local/launch.ts";
import { type BenchBroker, QUEUE, withBroker } from "./benchBroker.ts";
import { fill } from "./exchange.ts";
import { median, type Row } from "./row.ts";

const CALLS = 4_000;
const CALLS_AT_ONCE = 16;
const MESSAGES = 10_000;
const ROUNDS = 5;
const LOOK_MS = 5;
/** As in the fixture's host.json. */
const MESSAGES_AT_ONCE = 100;
type Entities = {
  readonly queues: readonly {
    readonly name: string;
    readonly active: number;
    readonly locked: number;
  }[];
};

const appDirectory = dirname(fileURLToPath(new URL("fixtures/app/functions.js", import.meta.url)));
const body = "x".repeat(1_024);

/**
 * What an invocation costs in the host when the function does nothing: an HTTP call, beside the same call
 * to bare node:http; a queue message, beside a receive loop of the SDK's. Each server is a process of its own.
 */
export async function measureHost(): Promise<readonly Row[]> {
  return withBroker(async (broker) => [await http(broker), await queue(broker)]);
}

async function http(broker: BenchBroker): Promise<Row> {
  const host = await startHost(broker, "nothing");
  const bare = await launch<{ url: string }>("../bench/bareHttp.ts", {}, { name: "bare server" });
  const agent = new Agent({ keepAlive: true, maxSockets: CALLS_AT_ONCE });
  const rounds: { ours: number; bare: number }[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const times = {
        ours: await timeOfCalls(`${host.info.url}/api/nothing`, agent),
        bare: await timeOfCalls(bare.info.url, agent),
      };
      if (round > 0) rounds.push(times); // the first one only warms both up
    }
  } finally {
    agent.destroy();
    await Promise.all([host.stop(), bare.stop()]);
  }
  return overheadRow("HTTP call of 1 KB, 16 at once", "bare node:http", rounds);
}

/** Both start when the queue is full; the time goes from the first message gone to the last. */
async function queue(broker: BenchBroker): Promise<Row> {
  const { connectionString } = broker;
  const client = new ServiceBusClient(connectionString);
  const loop = { connectionString, queue: QUEUE, callsAtOnce: MESSAGES_AT_ONCE };
  const rounds: { ours: number; bare: number }[] = [];
  const timeOf = async (start: () => Promise<Launched<unknown>>) => {
    await fill(client, QUEUE, MESSAGES);
    const consumer = await start();
    try {
      return await timeToEmpty(broker);
    } finally {
      await consumer.stop();
    }
  };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        ours: await timeOf(() => startHost(broker, "complete")),
        bare: await timeOf(() => launch("../bench/bareReceiver.ts", loop, { name: "bare loop" })),
      });
    }
  } finally {
    await client.close();
  }
  return overheadRow("queue message of 1 KB, 100 at once", "bare SDK receive loop", rounds);
}

function overheadRow(
  name: string,
  peer: string,
  rounds: readonly { readonly ours: number; readonly bare: number }[],
): Row {
  return {
    name: `Host: ${name}`,
    value: median(rounds.map(({ ours }) => ours)),
    unit: "µs an invocation",
    peer: { name: peer, value: median(rounds.map(({ bare }) => bare)) },
    ratio: median(rounds.map(({ ours, bare }) => ours / bare)),
  };
}

function startHost(broker: BenchBroker, fn: string): Promise<Launched<{ url: string }>> {
  return launch(
    "host/main.ts",
    {
      appDirectory,
      port: 0,
      keys: { master: "bench", function: "bench" },
      settings: {
        SERVICE_BUS: broker.connectionString,
        AzureWebJobsStorage: "UseDevelopmentStorage=true", // asked for, never called
      },
      functions: [fn],
    },
    { name: "Functions host" },
  );
}

/** Microseconds a call. */
async function timeOfCalls(url: string, agent: Agent): Promise<number> {
  let left = CALLS;
  const lane = async () => {
    while (left-- > 0) await post(url, agent);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
  return ((performance.now() - startedAt) * 1_000) / CALLS;
}

function post(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    });
    call.once("error", reject);
    call.end(body);
  });
}

/** Microseconds a message, as the broker counts them. */
async function timeToEmpty({ info }: BenchBroker): Promise<number> {
  let begun = { at: 0, left: 0 };
  for (;;) {
    const left = await messagesLeft(info.adminPort);
    const now = performance.now();
    if (begun.left === 0 && left < MESSAGES) begun = { at: now, left };
    if (left === 0) return ((now - begun.at) * 1_000) / begun.left;
    await sleep(LOOK_MS);
  }
}

async function messagesLeft(adminPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/entities`);
  const { queues } = (await response.json()) as Entities;
  const queue = queues.find(({ name }) => name === QUEUE);
  return queue === undefined ? Number.NaN : queue.active + queue.locked;
}

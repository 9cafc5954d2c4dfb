import { ServiceBusClient } from "@azure/service-bus";
import { QUEUE, withBroker } from "./benchBroker.ts";
import { withSender } from "./benchSender.ts";
import { brokerCpuMs, ownCpuMs } from "./cpuTime.ts";
import { completeAll, exchange, fill, type Send } from "./exchange.ts";
import { type Loopback, withLoopback } from "./loopback.ts";
import { canReadMemory, residentMegabytes } from "./memory.ts";
import { median, type Row } from "./row.ts";

const MESSAGES = 20_000;
const ROUNDS = 11;
const CPU_ROUNDS = 3;
const MICROSECONDS = 1_000;
const MEMORY_MESSAGES = 200_000;
const WARM_AFTER = 100_000;
const STALL_MS = 1_000;
/** Above what a heap of a few MB that is collected now and then moves by. */
const FLAT = 1.15;

/**
 * The real client with 1 KB messages: how many a second go through a queue while it is filled and emptied
 * at once, taking turns with the loopback pair; whether a long queue drains in one go; and whether the
 * emulator's memory stays where it is.
 */
export async function measureServiceBus(): Promise<readonly Row[]> {
  return withLoopback((loopback) =>
    withBroker(async ({ connectionString, info, pid }) => {
      const client = new ServiceBusClient(connectionString);
      try {
        return [
          ...(await withSender({ connectionString, queue: QUEUE }, (send) =>
            throughput(client, loopback, send),
          )),
          await cpu(client, info.adminPort),
          ...(await drain(client)),
          ...(canReadMemory ? await memory(client, pid) : []),
        ];
      } finally {
        await client.close();
      }
    }),
  );
}

/**
 * Beside the pair, whose two processes have a core each: a sender and a receiver that are processes of their own, as in
 * production. With one client for both, that client's single thread is the limit, whatever the emulator does.
 */
async function throughput(
  client: ServiceBusClient,
  loopback: Loopback,
  send: Send,
): Promise<readonly Row[]> {
  const rounds: { pair: number; apart: number; together: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const pair = await loopback.measure(MESSAGES);
    const apart = await exchange(client, QUEUE, MESSAGES, send);
    const together = await exchange(client, QUEUE, MESSAGES);
    if (round === 0) continue; // it only warms all of them up
    rounds.push({ pair, apart: apart.perSecond, together: together.perSecond });
  }
  const rowOf = (which: "apart" | "together") => ({
    value: median(rounds.map((round) => round[which])),
    unit: "messages/s",
    peer: { name: "bare rhea loopback pair", value: median(rounds.map(({ pair }) => pair)) },
    ratio: median(rounds.map((round) => round[which] / round.pair)),
  });
  const name = "Service Bus: send + receive + complete at once";
  return [
    {
      name: `${name}, sender and receiver in two processes`,
      ...rowOf("apart"),
      bound: { of: "ratio", is: "atLeast", limit: 0.55 },
    },
    { name: `${name}, one client for both`, ...rowOf("together") },
  ];
}

/** What a message costs the emulator's process, beside what it costs the client's. */
async function cpu(client: ServiceBusClient, adminPort: number): Promise<Row> {
  const rounds: { emulator: number; client: number }[] = [];
  for (let round = 0; round < CPU_ROUNDS; round += 1) {
    const before = { emulator: await brokerCpuMs(adminPort), client: ownCpuMs() };
    await exchange(client, QUEUE, MESSAGES);
    rounds.push({
      emulator: (await brokerCpuMs(adminPort)) - before.emulator,
      client: ownCpuMs() - before.client,
    });
  }
  const perMessage = (which: "emulator" | "client") =>
    (median(rounds.map((round) => round[which])) * MICROSECONDS) / MESSAGES;
  return {
    name: "Service Bus: emulator's CPU, a message sent, received and completed",
    value: perMessage("emulator"),
    unit: "µs",
    peer: { name: "the client's own", value: perMessage("client") },
    ratio: median(rounds.map(({ emulator, client: own }) => emulator / own)),
    bound: { of: "ratio", is: "below", limit: 1 },
  };
}

async function drain(client: ServiceBusClient): Promise<Row[]> {
  await fill(client, QUEUE, MESSAGES);
  const { perSecond, longestGapMs } = await completeAll(client, QUEUE, MESSAGES).all;
  const name = "Service Bus: a queue of 20,000 drained";
  return [
    { name, value: perSecond, unit: "messages/s" },
    {
      name: `${name}, longest gap`,
      value: longestGapMs,
      unit: "ms",
      bound: { of: "value", is: "below", limit: STALL_MS },
    },
  ];
}

/** A heap grows at first, until it is collected as fast as it fills; what counts is what comes after. */
async function memory(client: ServiceBusClient, pid: number): Promise<Row[]> {
  const samples: { completed: number; megabytes: number }[] = [];
  for (let completed = MESSAGES; completed <= MEMORY_MESSAGES; completed += MESSAGES) {
    await exchange(client, QUEUE, MESSAGES);
    samples.push({ completed, megabytes: residentMegabytes(pid) });
  }
  const early = samples.filter(({ completed }) => completed <= WARM_AFTER);
  const late = samples.filter(({ completed }) => completed > WARM_AFTER);
  const [before, after] = [early, late].map((part) => median(part.map((s) => s.megabytes)));
  return [
    {
      name: "Service Bus: emulator's memory, 120,000 to 200,000 completed messages",
      value: after ?? Number.NaN,
      unit: "MB",
      peer: { name: "20,000 to 100,000", value: before ?? Number.NaN },
      ratio: (after ?? Number.NaN) / (before ?? Number.NaN),
      bound: { of: "ratio", is: "below", limit: FLAT, deterministic: true },
    },
  ];
}

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ServiceBusClient } from "@azure/service-bus";
import { type Launched, launch } from "../local/launch.ts";
import { operationsOf } from "../local/outside/operations.ts";
import { orderQuery } from "../shared/adapters/dataverseOrders.ts";
import { orderProfile } from "../shared/domain/orderProfile.ts";
import type { BareOptions } from "./bareOrders.ts";
import { cpuMsOf } from "./cpuTime.ts";
import { canReadMemory as canReadProcesses } from "./memory.ts";
import { type OrderStack, orderMessage, startOrderStack } from "./orderStack.ts";
import { median, type Row } from "./row.ts";
import type { ShapeName } from "./storageShape.ts";

const ORDERS = 150;
const ROUNDS = 5;
const LOOK_MS = 20;
const LIMIT_MS = 180_000;
/** As in host.json. */
const CALLS_AT_ONCE = 16;

const shapes = {
  bare: "begin-and-end",
  "two-writes": "two-writes",
  "six-calls": "six-calls",
} as const satisfies Record<string, ShapeName>;

type Loop = keyof typeof shapes;
type Runner = "ours" | Loop;
type Queues = { readonly orders: string; readonly warehouse: string };
type Consumer = Pick<Launched<unknown>, "pid" | "stop">;
/** Orders a second, and the CPU time of each: its own process's, and that with broker, storage and stand-ins. */
type Pace = { readonly perSecond: number; readonly ownCpuMs: number; readonly allCpuMs: number };

/**
 * Orders a second from the first message in the queue until the warehouse has the last command: the whole app in one host,
 * and loops by hand over the same broker, tables and stand-ins, all up the whole time and working in turns.
 */
export async function measureOrderRate(): Promise<readonly Row[]> {
  const stack = await startOrderStack(join(import.meta.dirname, "fixtures", "orders.json"));
  const consumers = new Map<Runner, Consumer>();
  const client = new ServiceBusClient(stack.surroundings.connectionStrings.broker);
  try {
    consumers.set("ours", await stack.startHost());
    for (const loop of Object.keys(shapes) as Loop[]) {
      consumers.set(loop, await startLoop(stack, loop));
    }
    const rounds: ReadonlyMap<Runner, Pace>[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const paces = new Map<Runner, Pace>();
      for (const [runner, { pid }] of consumers) {
        paces.set(runner, await paceOf(runner, pid, stack, client));
      }
      if (round > 0) rounds.push(paces); // the first one only warms all up
    }
    return rows(rounds);
  } finally {
    await client.close();
    await Promise.all([...consumers.values()].map(({ stop }) => stop()));
    await stack.stop();
  }
}

function startLoop({ surroundings }: OrderStack, loop: Loop): Promise<Consumer> {
  const options: BareOptions = {
    shape: shapes[loop],
    queues: queuesOf(loop),
    settings: surroundings.settings,
    query: orderQuery(orderProfile("salesorder")),
    callsAtOnce: CALLS_AT_ONCE,
  };
  return launch("../bench/bareOrders.ts", options, { name: `${loop} loop` });
}

function queuesOf(runner: Runner): Queues {
  const suffix = runner === "ours" ? "" : `-${runner}`;
  return { orders: `orders${suffix}`, warehouse: `warehouse${suffix}` };
}

async function paceOf(
  runner: Runner,
  pid: number,
  { adminUrl, enterOrders, surroundings }: OrderStack,
  client: ServiceBusClient,
): Promise<Pace> {
  const { orders, warehouse } = queuesOf(runner);
  const messages = (await enterOrders(ORDERS)).map(orderMessage);
  const sender = client.createSender(orders);
  const commandsDone = async () => (await operationsOf(adminUrl, warehouse))["completed"] ?? 0;
  const { azurite, broker, standIns } = surroundings;
  const others = [azurite.pid, broker.pid, standIns.pid];
  const cpuMs = (...pids: readonly number[]) =>
    canReadProcesses ? pids.reduce((sum, one) => sum + cpuMsOf(one), 0) : Number.NaN;
  const before = { done: await commandsDone(), own: cpuMs(pid), others: cpuMs(...others) };
  const startedAt = performance.now();
  await sender.sendMessages(messages);
  while ((await commandsDone()) < before.done + ORDERS) {
    if (performance.now() - startedAt > LIMIT_MS) throw new Error(`${runner}: orders got lost`);
    await sleep(LOOK_MS);
  }
  const tookMs = performance.now() - startedAt;
  const ownCpuMs = (cpuMs(pid) - before.own) / ORDERS;
  const othersCpuMs = (cpuMs(...others) - before.others) / ORDERS;
  await sender.close();
  return { perSecond: (ORDERS * 1_000) / tookMs, ownCpuMs, allCpuMs: ownCpuMs + othersCpuMs };
}

function rows(rounds: readonly ReadonlyMap<Runner, Pace>[]): readonly Row[] {
  const of = (figure: keyof Pace, runner: Runner) =>
    rounds.map((round) => round.get(runner)?.[figure] ?? Number.NaN);
  const beside = (figure: keyof Pace, loop: Loop, name: string) => {
    const [ours, theirs] = [of(figure, "ours"), of(figure, loop)];
    return {
      value: median(ours),
      peer: { name, value: median(theirs) },
      ratio: median(ours.map((value, index) => value / (theirs[index] ?? Number.NaN))),
    };
  };
  const rate = { name: "Orders: end to end", unit: "orders/s" };
  const atLeast = { of: "ratio", is: "atLeast", limit: 0.6 } as const;
  const own = { name: "Orders: CPU of the app and its host, an order", unit: "ms" };
  const all = { name: "Orders: CPU with broker, storage and stand-ins, an order", unit: "ms" };
  return [
    { ...rate, ...beside("perSecond", "bare", "bare loop of the same calls"), bound: atLeast },
    { ...rate, ...beside("perSecond", "two-writes", "bare loop of Powertools' two writes") },
    { ...rate, ...beside("perSecond", "six-calls", "bare loop of the usual six storage calls") },
    ...(canReadProcesses
      ? [
          { ...own, ...beside("ownCpuMs", "bare", "bare loop") },
          { ...all, ...beside("allCpuMs", "bare", "bare loop") },
        ]
      : []),
  ];
}

import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildIfStale } from "../local/build.ts";
import { startStack } from "../local/stack.ts";
import { startBenchBroker } from "./benchBroker.ts";
import { canReadMemory, childrenOf, residentMegabytes } from "./memory.ts";
import { median, type Row } from "./row.ts";

const RUNS = 5;
/** After which a process that has nothing to do has collected what its start left behind. */
const IDLE_AFTER_MS = 2_000;
const root = join(import.meta.dirname, "..");

/**
 * From process start to ready: `npm start` with an up-to-date build, the same without Azurite, and the
 * emulator alone; and the memory of each process once nothing happens any more.
 */
export async function measureStartUp(): Promise<readonly Row[]> {
  await buildIfStale();
  const whole: number[] = [];
  const state = await mkdtemp(join(tmpdir(), "start-up-"));
  const withoutAzurite: number[] = [];
  const emulator: number[] = [];
  const stack = await startStack(); // lends its storage, and leaves compiled code behind for the others
  try {
    for (let run = 0; run < RUNS; run += 1) {
      withoutAzurite.push(await timeWithoutAzurite(stack.settings));
      emulator.push(await timeEmulator());
    }
  } finally {
    await stack.stop();
  }
  try {
    for (let run = 0; run < RUNS; run += 1) whole.push(await timeWhole(state));
  } finally {
    await rm(state, { recursive: true, force: true });
  }
  const rows = [
    startRow("npm start, from process start to ready", whole, 4_000),
    startRow("npm start but Azurite", withoutAzurite, 1_000),
    startRow("emulator alone, until it listens", emulator, 200),
  ];
  return canReadMemory ? [...rows, ...(await idleMemory())] : rows;
}

function startRow(name: string, times: readonly number[], limit: number): Row {
  const bound = { of: "value", is: "below", limit } as const;
  return { name: `Start: ${name}`, value: median(times), unit: "ms", bound };
}

/** As in the morning: all but the first start go on with what is in the state folder. */
async function timeWhole(state: string): Promise<number> {
  const startedAt = performance.now();
  const command = await startCommand(state);
  const took = performance.now() - startedAt;
  await stopCommand(command);
  return took;
}

async function timeEmulator(): Promise<number> {
  const startedAt = performance.now();
  const { stop } = await startBenchBroker();
  const took = performance.now() - startedAt;
  await stop();
  return took;
}

async function timeWithoutAzurite(settings: Readonly<Record<string, string>>): Promise<number> {
  const startedAt = performance.now();
  const child = fork(join(import.meta.dirname, "startWithoutAzurite.ts"), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.send(settings);
  const [reply] = (await Promise.race([once(child, "message"), once(child, "exit")])) as unknown[];
  const took = performance.now() - startedAt;
  if (reply !== "ready") throw new Error("the stack without Azurite did not start");
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
  return took;
}

async function idleMemory(): Promise<Row[]> {
  const command = await startCommand("none");
  try {
    await sleep(IDLE_AFTER_MS);
    const pid = command.pid ?? 0;
    const processes = [{ pid, name: "supervisor" }, ...childrenOf(pid)].map((process) => ({
      name: process.name,
      megabytes: residentMegabytes(process.pid),
    }));
    const total = processes.reduce((sum, { megabytes }) => sum + megabytes, 0);
    return [
      ...processes.map(({ name, megabytes }) => memoryRow(name, megabytes)),
      memoryRow("the whole stack", total),
    ];
  } finally {
    await stopCommand(command);
  }
}

const EMULATOR = "broker.ts";
const EMULATOR_LIMIT_MB = 80;

function memoryRow(name: string, value: number): Row {
  const row = { name: `Idle memory: ${name}`, value, unit: "MB" };
  if (name !== EMULATOR) return row;
  const bound = {
    of: "value",
    is: "below",
    limit: EMULATOR_LIMIT_MB,
    deterministic: true,
  } as const;
  return { ...row, bound };
}

const ports = ["host", "amqp", "admin", "blob", "queue", "table", "control", "dataverse"].concat([
  "credit-bureau",
  "inventory",
  "warehouse",
  "procurement",
]);

/** `npm start` on free ports, once it says that it is ready. */
async function startCommand(state: string): Promise<ChildProcess> {
  const flags = ports.flatMap((port) => [`--${port}-port`, "0"]);
  const command = spawn(process.execPath, [join(root, "local", "start.ts"), ...flags], {
    cwd: root,
    env: { ...process.env, STATE: state },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    command.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (/^Ready in /m.test(output)) resolve();
    });
    command.once("exit", () => reject(new Error(`npm start ended:\n${output}`)));
  });
  return command;
}

async function stopCommand(command: ChildProcess): Promise<void> {
  const exited = once(command, "exit");
  command.kill("SIGINT");
  await exited;
}

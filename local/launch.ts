import { fork } from "node:child_process";
import { join } from "node:path";
import type { FromChild, ToChild } from "./child.ts";
import { withinMs } from "./withinMs.ts";

/** A supervised process that is up. */
export type Launched<Info> = {
  readonly info: Info;
  readonly pid: number;
  readonly exited: Promise<number | null>;
  /** Asks it to stop, and kills it when it has not within the limit. */
  readonly stop: () => Promise<void>;
};

export type LaunchOptions = {
  readonly name: string;
  /** Where its output goes, a line each; it is dropped when absent. */
  readonly log?: ((line: string) => void) | undefined;
  /** Port for a debugger; the process waits for none. */
  readonly inspectPort?: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** URL of a module that runs in the process before anything else does. */
  readonly preload?: string | undefined;
};

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 15_000;

/** Compiled code of large packages is kept between starts, which halves the time to load them. */
export function compileCache(): Record<string, string> {
  return { NODE_COMPILE_CACHE: join(import.meta.dirname, "..", ".local", "compile-cache") };
}

/** Starts one of local/'s processes and resolves with what it says once it is ready (local/child.ts). */
export async function launch<Info>(
  file: string,
  options: object,
  { name, log, inspectPort, env, preload }: LaunchOptions,
): Promise<Launched<Info>> {
  const child = fork(join(import.meta.dirname, file), [], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [
      ...(inspectPort === undefined ? [] : [`--inspect=${inspectPort}`]),
      ...(preload === undefined ? [] : ["--import", preload]),
    ],
    env: { ...process.env, ...compileCache(), ...env },
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const tail = followLines([child.stdout, child.stderr], log);

  const ready = new Promise<Info>((resolve, reject) => {
    child.on("message", (message: FromChild<Info>) => {
      if (message.type === "ready") resolve(message.info);
      else reject(new Error(`${name}: ${message.message}`));
    });
    void exited.then((code) =>
      reject(new Error(`${name} ended with code ${code} before it was ready\n${tail()}`)),
    );
  });
  child.send({ type: "start", options } satisfies ToChild<object>, () => {});

  const stop = async () => {
    // It may end at this very moment, which is what we want: then the channel is closed under us.
    if (child.connected) child.send({ type: "stop" } satisfies ToChild<never>, () => {});
    await withinMs(STOP_LIMIT_MS, `${name}'s stop`, exited).catch(() => child.kill("SIGKILL"));
    await exited;
  };
  try {
    const info = await withinMs(START_LIMIT_MS, `${name}'s start`, ready);
    return { info, pid: child.pid ?? 0, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const TAIL_LINES = 20;

/** Passes each line on and remembers the last few, for the message of a start that fails. */
export function followLines(
  streams: readonly (NodeJS.ReadableStream | null)[],
  log: ((line: string) => void) | undefined,
): () => string {
  const last: string[] = [];
  for (const stream of streams) {
    let rest = "";
    stream?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        last.push(line);
        if (last.length > TAIL_LINES) last.shift();
        log?.(line);
      }
    });
  }
  return () => last.join("\n");
}

import { fork } from "node:child_process";
import { join } from "node:path";
import type { FromChild } from "../../../local/child.ts";
import type { HostInfo, HostOptions } from "../../../local/host/host.ts";

export type Seen = { readonly what: string } & Readonly<Record<string, unknown>>;

export type HostChild = {
  readonly info: HostInfo;
  readonly keys: HostOptions["keys"];
  readonly lines: readonly string[];
  /** What the fixture app reported, oldest first. */
  readonly seen: readonly Seen[];
  /** Resolves with the reports once there are that many of a kind. */
  readonly seenAtLeast: (count: number, what: string) => Promise<readonly Seen[]>;
  readonly exited: Promise<number | null>;
  readonly hasExited: () => boolean;
  readonly stop: () => Promise<number | null>;
  readonly kill: () => Promise<number | null>;
};

const SEEN_LIMIT_MS = 20_000;
const CHECK_MS = 10;
const keys = { master: "the-master-key", function: "the-function-key" };

/** A host process on a free port with one of the fixture apps, as the supervisor starts it. */
export async function startHostChild(
  fixture: string,
  options: Partial<HostOptions> = {},
): Promise<HostChild> {
  const main = join(import.meta.dirname, "../../../local/host/main.ts");
  const child = fork(main, [], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const lines: string[] = [];
  const seen: Seen[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => lines.push(...chunk.toString().trimEnd().split("\n")));
  }
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const started = new Promise<HostInfo>((resolve, reject) => {
    child.on("message", (message: FromChild<HostInfo> | ({ type: "seen" } & Seen)) => {
      if (message.type === "seen") seen.push(message);
      else if (message.type === "ready") resolve(message.info);
      else reject(new Error(message.message));
    });
    void exited.then((code) => reject(new Error(`ended with ${code}: ${lines.join("\n")}`)));
  });
  const appDirectory = join(import.meta.dirname, "fixtures", fixture);
  child.send({ type: "start", options: { appDirectory, port: 0, keys, ...options } });
  const info = await started.catch(async (error: unknown) => {
    await exited;
    throw error;
  });

  const seenAtLeast = async (count: number, what: string) => {
    const deadline = performance.now() + SEEN_LIMIT_MS;
    for (;;) {
      const found = seen.filter((report) => report.what === what);
      if (found.length >= count) return found;
      if (performance.now() > deadline) {
        throw new Error(`${found.length} of ${count} ${what} seen\n${lines.join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
    }
  };
  return {
    info,
    keys,
    lines,
    seen,
    seenAtLeast,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => {
      if (child.connected) child.send({ type: "stop" });
      return exited;
    },
    kill: () => {
      child.kill("SIGKILL");
      return exited;
    },
  };
}

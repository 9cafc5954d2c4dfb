import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

const ports = [
  "HOST_PORT",
  "AMQP_PORT",
  "ADMIN_PORT",
  "BLOB_PORT",
  "QUEUE_PORT",
  "TABLE_PORT",
  "CONTROL_PORT",
  "DATAVERSE_PORT",
  "CREDIT_BUREAU_PORT",
  "INVENTORY_PORT",
  "WAREHOUSE_PORT",
  "PROCUREMENT_PORT",
];
/** Environment with which a command of the whole stack takes free ports. */
export const freePorts: Readonly<Record<string, string>> = Object.fromEntries(
  ports.map((port) => [port, "0"]),
);

export type Finished = { readonly code: number | null; readonly output: string };

/** A command of this project as its user runs it, in a process of its own, with all that it prints; by default without a state. */
export function startCommand(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env: { ...process.env, STATE: "none", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const finished = new Promise<Finished>((resolve) => {
    child.on("close", (code) => resolve({ code, output }));
  });
  return {
    finished,
    /** Resolves with all output so far once it matches; rejects when the command ends before. */
    printed: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = () => pattern.test(output) && resolve(output);
        listeners.add(look);
        look();
        void finished.then(() => reject(new Error(`ended before ${pattern}:\n${output}`)));
      }),
    interrupt: () => child.kill("SIGINT"),
    kill: () => child.kill("SIGKILL"),
  };
}

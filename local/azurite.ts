import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { checkCatalogues } from "./azuriteCatalogues.ts";
import { compileCache, followLines } from "./launch.ts";
import { withFreshOffer } from "./state/freshOffer.ts";
import { withinMs } from "./withinMs.ts";

export type AzuritePorts = {
  readonly blobPort: number;
  readonly queuePort: number;
  readonly tablePort: number;
};

export type Azurite = {
  readonly ports: AzuritePorts;
  readonly connectionString: string;
  /** Process id, so that a fault test can stop (SIGSTOP) or kill it. */
  readonly pid: number;
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<number | null>;
  readonly stop: () => Promise<void>;
};

const LISTENING = /^Azurite (\w+) service is successfully listening at \S+:(\d+)/;
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

export type AzuriteState = {
  readonly directory: string;
  /** Whether Azurite has served from it before: then its files must be there. */
  readonly begun?: boolean;
};

/**
 * Storage emulator from npm as a child process; port 0 takes a free one. In memory, or in a folder: there
 * its catalogues follow within a fraction of a second (azuriteSaves.ts) and on every stop but a kill. What it
 * complains of while it is up goes to `log`, a line each.
 */
export async function startAzurite(
  wanted: AzuritePorts,
  state?: AzuriteState,
  log?: (line: string) => void,
): Promise<Azurite> {
  if (state) refuseDamaged(state);
  const packageJson = createRequire(import.meta.url).resolve("azurite/package.json");
  const child = fork(
    join(packageJson, "..", "dist", "src", "azurite.js"),
    [
      state ? `--location=${state.directory}` : "--inMemoryPersistence",
      "--silent",
      "--skipApiVersionCheck",
      "--disableTelemetry",
      `--blobPort=${wanted.blobPort}`,
      `--queuePort=${wanted.queuePort}`,
      `--tablePort=${wanted.tablePort}`,
    ],
    {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: ["azuriteGuard.ts", ...(state ? ["azuriteSaves.ts"] : [])].flatMap((file) => [
        "--import",
        new URL(file, import.meta.url).href,
      ]),
      env: { ...process.env, ...compileCache() },
    },
  );
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));

  let isUp = false;
  const listening = new Promise<AzuritePorts>((resolve, reject) => {
    const found: Record<string, number> = {};
    followLines([child.stdout], (line) => {
      const [, service, port] = LISTENING.exec(line) ?? [];
      if (service !== undefined) found[service] = Number(port);
      const { Blob: blobPort, Queue: queuePort, Table: tablePort } = found;
      if (blobPort && queuePort && tablePort) resolve({ blobPort, queuePort, tablePort });
    });
    const complaints = followLines([child.stderr], (line) => {
      if (isUp) log?.(line); // before, they are the reason of a start that fails
    });
    void exited.then(() =>
      reject(new Error(`Azurite did not start: ${firstProblem(complaints())}`)),
    );
  });

  const ports = await withinMs(START_LIMIT_MS, "Azurite's start", listening).catch(
    (error: unknown) => {
      child.kill();
      throw error;
    },
  );
  isUp = true;
  return {
    ports,
    connectionString: connectionString(ports),
    pid: child.pid ?? 0,
    exited,
    stop: async () => {
      if (child.connected) child.send("shutdown", () => {});
      await withinMs(STOP_LIMIT_MS, "Azurite's stop", exited).catch(() => child.kill("SIGKILL"));
      await exited;
    },
  };
}

function refuseDamaged({ directory, begun = false }: AzuriteState): void {
  try {
    checkCatalogues(directory, begun);
  } catch (error) {
    throw withFreshOffer(error);
  }
}

function firstProblem(output: string): string {
  const lines = output.split("\n").filter((line) => /EADDRINUSE|EACCES|error/i.test(line));
  return lines[0]?.trim() ?? "it ended without a word";
}

/** The emulator's published account; it opens nothing but an emulator. */
const ACCOUNT = "devstoreaccount1";
const ACCOUNT_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

function connectionString({ blobPort, queuePort, tablePort }: AzuritePorts): string {
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `BlobEndpoint=http://127.0.0.1:${blobPort}/${ACCOUNT}`,
    `QueueEndpoint=http://127.0.0.1:${queuePort}/${ACCOUNT}`,
    `TableEndpoint=http://127.0.0.1:${tablePort}/${ACCOUNT}`,
    "",
  ].join(";");
}

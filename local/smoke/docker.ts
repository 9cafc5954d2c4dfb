import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { until } from "../outside/until.ts";
import { startStack } from "../stack.ts";
import { MissingTool, play } from "./play.ts";

const root = join(import.meta.dirname, "..", "..");
const emulator = (port: number) =>
  `Endpoint=sb://localhost:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;

/** The health endpoints of both emulators, as compose.yaml maps them. */
const health = ["http://localhost:5300/health", "http://localhost:5301/health"];
/** Service Bus waits for its SQL Server, which takes a while to come up. */
const START_LIMIT_MS = 180_000;
const ANSWER_LIMIT_MS = 5_000;

/** `npm run smoke:docker`: the same app on the official emulators of compose.yaml, under our host. */
export async function smokeDocker(print: (line: string) => void): Promise<void> {
  if (spawnSync("docker", ["info"]).status !== 0) {
    throw new MissingTool("no Docker engine answers on this machine: nothing was tested");
  }
  const env = {
    ...process.env,
    MSSQL_SA_PASSWORD: process.env["MSSQL_SA_PASSWORD"] ?? `${randomBytes(18).toString("hex")}aA1!`,
  };
  const compose = (...args: string[]) => {
    const { status } = spawnSync("docker", ["compose", ...args], {
      cwd: root,
      env,
      stdio: "inherit",
    });
    if (status !== 0) throw new Error(`docker compose ${args[0]} ended with ${status}`);
  };
  try {
    compose("up", "--detach");
    await untilHealthy(health, START_LIMIT_MS);
    await smoke(print);
  } finally {
    compose("down", "--volumes");
  }
}

/** A container that runs is not ready yet: its emulator says when. */
export async function untilHealthy(urls: readonly string[], limitMs: number): Promise<void> {
  const isHealthy = async (url: string) => {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return ok || undefined;
  };
  await Promise.all(urls.map((url) => until(`200 from ${url}`, () => isHealthy(url), limitMs)));
}

async function smoke(print: (line: string) => void): Promise<void> {
  const serviceBus = emulator(5672);
  const storage = "UseDevelopmentStorage=true";
  const stack = await startStack({
    serviceBus,
    settings: {
      SERVICE_BUS: serviceBus,
      EVENT_HUBS: emulator(5673),
      STORAGE: storage,
      AzureWebJobsStorage: storage,
    },
  });
  try {
    await play({ ...stack, connectionStrings: { broker: serviceBus, storage } }, print);
  } finally {
    await stack.stop();
  }
}

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { startStack } from "../stack.ts";
import { MissingTool, play } from "./play.ts";

const root = join(import.meta.dirname, "..", "..");
const emulator = (port: number) =>
  `Endpoint=sb://localhost:${port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;

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
  compose("up", "--detach", "--wait");
  try {
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
  } finally {
    compose("down", "--volumes");
  }
}

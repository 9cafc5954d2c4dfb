import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildIfStale } from "../build.ts";
import { readLocalSettings, type Settings } from "../host/settings.ts";
import { request } from "../outside/request.ts";
import { until } from "../outside/until.ts";
import { startSurroundings } from "../surroundings.ts";
import { MissingTool, play } from "./play.ts";

const PORT = 7171;
/** Its first start downloads the extension bundle. */
const START_LIMIT_MS = 180_000;
const root = join(import.meta.dirname, "..", "..");
const shell = process.platform === "win32"; // there `func` is a script

/** `npm run smoke:func`: the same bundle under Azure Functions Core Tools, among our surroundings. */
export async function smokeFunc(print: (line: string) => void): Promise<void> {
  if (spawnSync("func", ["--version"], { shell }).status !== 0) {
    throw new MissingTool(
      "Azure Functions Core Tools (func) are not on this machine: nothing was tested",
    );
  }
  await buildIfStale();
  const surroundings = await startSurroundings();
  const func = spawn("func", ["start", "--port", `${PORT}`], {
    cwd: root,
    shell,
    stdio: "inherit",
    env: await funcEnvironment(surroundings.settings),
  });
  try {
    const url = `http://127.0.0.1:${PORT}`;
    await until(
      "func to serve the app",
      async () => ((await request("GET", `${url}/api/health`)).status === 200 ? true : undefined),
      START_LIMIT_MS,
    );
    await surroundings.connectApp({ url, functionKey: "func-asks-for-none" });
    await play(surroundings, print);
  } finally {
    func.kill();
    await surroundings.stop();
  }
}

/** Every setting of the app: `func` reads local.settings.json alone, which a fresh clone has not, and never the sample. */
export async function funcEnvironment(addresses: Settings): Promise<NodeJS.ProcessEnv> {
  const { values } = await readLocalSettings(root);
  return { ...values, ...process.env, ...addresses };
}

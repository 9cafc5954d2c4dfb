import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Launched, launch } from "../../../local/launch.ts";
import { dataverseClient } from "../../../local/outside/dataverse.ts";
import { standInsControl } from "../../../local/outside/standIns.ts";
import type { StandInsInfo, StandInsOptions } from "../../../local/standIns/options.ts";

type Options = Pick<StandInsOptions, "serviceBus" | "app" | "limits">;

export type KillableStandIns = {
  /** Where they keep their state. */
  readonly directory: string;
  readonly info: () => StandInsInfo;
  readonly dataverse: () => ReturnType<typeof dataverseClient>;
  readonly control: () => ReturnType<typeof standInsControl>;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** A new process on the same files. */
  readonly start: (change?: Partial<Options>) => Promise<void>;
  readonly killAndStart: (change?: Partial<Options>) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The stand-ins in a process of their own that keeps its state in a folder of the test's own. */
export async function startKillableStandIns(options: Options): Promise<KillableStandIns> {
  const directory = mkdtempSync(join(tmpdir(), "stand-ins-state-"));
  const begin = (change: Partial<Options> = {}) =>
    launch<StandInsInfo>(
      "standIns/main.ts",
      {
        controlPort: 0,
        ports: { dataverse: 0, creditBureau: 0, inventory: 0, warehouse: 0, procurement: 0 },
        organizationId: "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00",
        state: { directory },
        ...options,
        ...change,
      } satisfies StandInsOptions,
      { name: "stand-ins" },
    );
  let running: Launched<StandInsInfo> = await begin();
  const kill = async () => {
    process.kill(running.pid, "SIGKILL");
    await running.exited;
  };
  const start = async (change?: Partial<Options>) => {
    running = await begin(change);
  };

  return {
    directory,
    info: () => running.info,
    dataverse: () => dataverseClient(running.info.urls.dataverse),
    control: () => standInsControl(running.info.controlUrl),
    kill,
    start,
    killAndStart: async (change) => {
      await kill();
      await start(change);
    },
    stop: async () => {
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

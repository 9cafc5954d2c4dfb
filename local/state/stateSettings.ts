import { join, resolve } from "node:path";
import type { StateOptions } from "../emulatorSet.ts";
import type { Retention } from "../eventHubs/partition.ts";

const NONE = "none";
const MS_PER_HOUR = 60 * 60 * 1000;
const BYTES_PER_MEGABYTE = 1024 * 1024;

/** Options of the commands that keep what they have; see `readOptions`. */
export const stateSettings = {
  state: {
    default: join(import.meta.dirname, "..", "..", ".local", "state"),
    help: `folder that keeps everything between starts; ${NONE}: in memory only`,
  },
  fresh: { default: false, help: "forget what the folder keeps" },
  sync: {
    default: false,
    help: "queues, hubs and stand-ins acknowledge only what is on the disk itself: survives a power cut",
  },
  hubHours: { default: 168, help: "how long an event is kept" },
  hubMegabytes: { default: 64, help: "how much of each partition is kept" },
} as const;

type Given = {
  readonly state: string;
  readonly fresh: boolean;
  readonly sync: boolean;
  readonly hubHours: number;
  readonly hubMegabytes: number;
};

/** What the options mean. */
export function readState({ state, fresh, sync, hubHours, hubMegabytes }: Given): {
  readonly state: StateOptions | undefined;
  readonly retention: Partial<Retention>;
} {
  return {
    state: state === NONE ? undefined : { directory: resolve(state), fresh, sync },
    retention: {
      maxAgeMs: hubHours * MS_PER_HOUR,
      maxBytes: hubMegabytes * BYTES_PER_MEGABYTE,
    },
  };
}

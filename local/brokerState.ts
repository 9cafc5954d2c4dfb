import { join } from "node:path";
import type { HubDescription } from "./eventHubs/hubDescription.ts";
import { createHubStores, type HubStores, refuseStrangeHubs } from "./eventHubs/hubStore.ts";
import { createCommits } from "./journal/commits.ts";
import { type Files, nodeFiles } from "./journal/files.ts";
import { createQueueStores, type QueueStores } from "./serviceBus/queueStore.ts";
import { lockFolder } from "./state/lock.ts";

export type BrokerStateOptions = {
  /** Belongs to one broker at a time; made where it is missing. */
  readonly directory: string;
  /**
   * False: what was acknowledged survives the end of the process, however it comes. True: also the end of
   * the machine; each batch of acknowledgements then waits for the disk.
   */
  readonly sync?: boolean | undefined;
  /** When the namespace came to be, in epoch ms; the present where absent. */
  readonly createdAtMs?: number | undefined;
  /** Whether a broker has served from the directory before: then its files must be there. */
  readonly begun?: boolean | undefined;
  readonly files?: Files;
};

export type BrokerState = {
  readonly queues: QueueStores;
  readonly hubs: HubStores;
  /** To be called before anything that tells of a change leaves the process, which it must not when this throws. */
  readonly commit: () => void;
  readonly close: () => void;
};

/** Where the broker's queues and hubs outlive its process. Throws a DamagedStateError or StateInUseError. */
export function openBrokerState(
  {
    directory,
    sync = false,
    createdAtMs = Date.now(),
    begun,
    files = nodeFiles,
  }: BrokerStateOptions,
  {
    hubs,
    log,
  }: {
    readonly hubs: readonly HubDescription[];
    readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
  },
): BrokerState {
  files.makeDirectory(directory);
  const lock = lockFolder(directory);
  try {
    const commits = createCommits((error) => log("state cannot be written", { error }));
    const shared = { files, sync, begun, commits, log };
    const hubsDirectory = join(directory, "hubs");
    refuseStrangeHubs({ directory: hubsDirectory, files }, hubs);
    const queueStores = createQueueStores({ ...shared, path: join(directory, "queues.journal") });
    const hubStores = createHubStores({ ...shared, directory: hubsDirectory, createdAtMs });
    return {
      queues: queueStores,
      hubs: hubStores,
      commit: commits.commit,
      close: () => {
        commits.close();
        queueStores.close();
        hubStores.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Host } from "../../local/hosts.ts";
import { until } from "../../local/outside/until.ts";
import type { Stack } from "../../local/stack.ts";
import type { Failure } from "./points.ts";

export type FleetShape = {
  readonly hosts: number;
  readonly settings: Readonly<Record<string, string>>;
};

/** The host processes of one stack. One that dies without being told to is replaced. */
export type Fleet = {
  readonly hosts: () => readonly Host[];
  /**
   * So many hosts with these settings, started anew unless that is what is there. The first is always where Dataverse
   * posts to, also after it was replaced.
   */
  readonly shape: (shape: FleetShape) => Promise<void>;
  /** Ends or stops the first process that passes a point for the n-th time; resolves with its process id. */
  readonly arm: (failure: Failure) => Promise<number>;
  /** Takes back what was armed and has not happened. */
  readonly disarm: () => void;
  /** One more host than there are. */
  readonly add: () => Promise<Host>;
  /** Tells a host to stop as scale-in does, and waits until it is gone; nothing replaces it. */
  readonly terminate: (host: Host) => Promise<void>;
  /** Resolves when no host is missing. */
  readonly whole: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** URL of the module that gives each host its failpoints. */
export function failpointsModule(armedFile: string): string {
  const url = new URL("failpoints.ts", import.meta.url);
  url.searchParams.set("armed", pathToFileURL(armedFile).href);
  return url.href;
}

export type FleetOptions = {
  readonly stack: Stack;
  readonly armedFile: string;
  /** What is done about the locks that a dead host leaves behind: the broker waits a minute for them. */
  readonly onDeath: () => Promise<void>;
};

const ARMED_LIMIT_MS = 20_000;

export function createFleet({ stack, armedFile, onDeath }: FleetOptions): Fleet {
  const { port } = stack.host.info;
  const members = new Map<Host, number>();
  let shape: FleetShape = { hosts: 0, settings: {} };
  /** How many there have to be: those of the shape, less those told to stop. */
  let wholeCount = 0;
  let replacing = Promise.resolve();
  let lastId = 0;
  let armings = 0;

  const start = async (place: number): Promise<Host> => {
    const { settings } = shape;
    const host = await stack.startHost({
      name: `host ${++lastId}`,
      // A dead host's port is free at once; the others take any.
      port: place === 0 ? port : 0,
      // Timers run once a host id: here they run in each host, as two relays at once do at a change of leader.
      settings: { ...settings, AzureFunctionsWebHost__hostid: `faults-${lastId}` },
    });
    members.set(host, place);
    void host.exited.then(() => {
      if (!members.delete(host)) return;
      replacing = replacing.then(onDeath).then(async () => {
        await start(place);
      });
    });
    return host;
  };
  /** Ends a host the friendly way, without a replacement. */
  const retire = async (host: Host) => {
    members.delete(host);
    await host.stop();
  };
  members.set(stack.host, 0);

  return {
    hosts: () => [...members.keys()],
    async shape(wanted) {
      await replacing.catch(() => undefined); // that run has failed, this one begins anew
      replacing = Promise.resolve();
      if (JSON.stringify(wanted) === JSON.stringify(shape) && members.size === wanted.hosts) return;
      await Promise.all([...members.keys()].map(retire));
      shape = wanted;
      wholeCount = wanted.hosts;
      await Promise.all(Array.from({ length: wanted.hosts }, (_none, place) => start(place)));
    },
    async arm(failure) {
      // Numbered, since a process counts what it passes for each of them anew.
      writeFileSync(armedFile, JSON.stringify({ ...failure, arming: ++armings }));
      const pid = await until(
        `a host to come to ${failure.point}`,
        async () => {
          const hit = hitsOf(armedFile)[0];
          if (hit === undefined) return undefined;
          rmSync(join(dirname(armedFile), hit));
          return Number(hit.slice(basename(armedFile).length + 1));
        },
        ARMED_LIMIT_MS,
      );
      const victim = [...members.keys()].find((host) => host.pid === pid);
      if (failure.action === "kill") await victim?.exited;
      return pid;
    },
    disarm: () => {
      rmSync(armedFile, { force: true });
      for (const hit of hitsOf(armedFile)) rmSync(join(dirname(armedFile), hit), { force: true });
    },
    add: () => start(members.size),
    async terminate(host) {
      wholeCount -= 1;
      // On Windows SIGTERM kills at once.
      if (process.platform === "win32") return await retire(host);
      members.delete(host);
      process.kill(host.pid, "SIGTERM");
      await host.exited;
    },
    async whole() {
      await replacing;
      await until("every host to be there", async () => members.size >= wholeCount || undefined);
      await replacing;
    },
    async stop() {
      await replacing.catch(() => undefined);
      await Promise.all([...members.keys()].map(retire));
    },
  };
}

function hitsOf(armedFile: string): string[] {
  const directory = dirname(armedFile);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => name.startsWith(`${basename(armedFile)}.`));
}

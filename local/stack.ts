import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { buildIfStale } from "./build.ts";
import { allOrNone } from "./emulatorSet.ts";
import { type Host, type HostInfo, type HostPlace, startHosts } from "./hosts.ts";
import { launch } from "./launch.ts";
import {
  type Surroundings,
  type SurroundingsOptions,
  type SurroundingsPorts,
  startSurroundings,
} from "./surroundings.ts";

export type StackOptions = Omit<SurroundingsOptions, "ports"> & {
  /** A port that is not named is a free one. */
  readonly ports?: Partial<SurroundingsPorts & { readonly hostPort: number }>;
  /** Settings of the app on top of local.settings(.sample).json and of the addresses of this stack. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly functionKey?: string | undefined;
  readonly masterKey?: string | undefined;
  /** As `func start` does: no keys are asked for. */
  readonly noAuth?: boolean;
  /** Of the first host; the others take those that follow. */
  readonly inspectPort?: number | undefined;
  /** How many host processes run the app; 1 where absent. */
  readonly hosts?: number;
  /** Directory of another app, built, that the hosts run instead of this one. */
  readonly appDirectory?: string | undefined;
  /** URL of a module that runs in each host process before anything else does. */
  readonly preload?: string | undefined;
};

/** Everything of one machine: the app in its hosts, and all that it talks to. */
export type Stack = Omit<Surroundings, "connectApp"> & {
  /** The first host: where the stand-in for Dataverse posts to. */
  readonly host: Host;
  /** All hosts that the stack began with, the first among them. */
  readonly hosts: readonly Host[];
  readonly keys: { readonly master: string; readonly function: string };
  /** Another host process on the same broker, storage and stand-ins. */
  readonly startHost: (
    options?: Pick<StackOptions, "settings"> & Partial<HostPlace>,
  ) => Promise<Host>;
};

const root = join(import.meta.dirname, "..");

/** Builds the app if a source is newer, and starts it among its surroundings: fresh, or where a state left them. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { log, noAuth = false, inspectPort, ports, preload, appDirectory = root } = options;
  const keys = { master: options.masterKey ?? newKey(), function: options.functionKey ?? newKey() };
  const [surroundings] = await allOrNone([
    startSurroundings({ orderTable: options.settings?.["ORDER_TABLE"], ...options }),
    buildIfStale().then(() => ({ stop: async () => {} })),
  ]);
  const settings = { ...surroundings.settings, ...options.settings };
  const startHost = (place: HostPlace, extra: Readonly<Record<string, string>> = {}) =>
    launch<HostInfo>(
      "host/main.ts",
      {
        appDirectory,
        port: place.port,
        noAuth,
        keys,
        settings: { ...settings, ...extra },
      },
      {
        name: "Functions host",
        log: log && ((line) => log(place.name, line)),
        inspectPort: place.inspectPort,
        preload,
      },
    );
  try {
    const hosts = await startHosts(
      { count: options.hosts ?? 1, port: ports?.hostPort ?? 0, inspectPort },
      (place) => startHost(place),
    );
    const [host] = hosts;
    await surroundings.connectApp({ url: host.info.url, functionKey: keys.function });
    return {
      ...surroundings,
      settings,
      host,
      hosts,
      keys,
      startHost: ({ settings: extra, ...place } = {}) =>
        startHost({ name: "host", port: 0, inspectPort: undefined, ...place }, extra),
      stop: async () => {
        await Promise.all(hosts.map(({ stop }) => stop()));
        await surroundings.stop();
      },
    };
  } catch (error) {
    await surroundings.stop();
    throw error;
  }
}

function newKey(): string {
  return randomBytes(30).toString("base64url");
}

import type { Launched } from "./launch.ts";

export type HostInfo = {
  readonly port: number;
  readonly url: string;
  readonly functions: readonly {
    readonly name: string;
    readonly trigger: string;
    readonly route?: string;
    readonly methods?: readonly string[];
  }[];
};

export type Host = Launched<HostInfo>;

export type HostPlace = {
  readonly name: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly inspectPort: number | undefined;
};

export type HostsOptions = {
  readonly count: number;
  readonly port: number;
  readonly inspectPort: number | undefined;
};

const MOST_HOSTS = 16;

/**
 * Starts several hosts of one app: the first on the port given, the others on those that follow, or on
 * free ones where these are taken. When one cannot start, those that did are stopped again.
 */
export async function startHosts(
  { count, port, inspectPort }: HostsOptions,
  start: (place: HostPlace) => Promise<Host>,
): Promise<readonly [Host, ...Host[]]> {
  if (count < 1 || count > MOST_HOSTS) throw new Error(`--hosts takes 1 to ${MOST_HOSTS}`);
  const place = (index: number): HostPlace => ({
    name: count === 1 ? "host" : `host ${index + 1}`,
    port: port === 0 ? 0 : port + index,
    inspectPort: inspectPort === undefined ? undefined : inspectPort + index,
  });
  const first = await start(place(0));
  const others = Array.from({ length: count - 1 }, (_none, index) =>
    start(place(index + 1)).catch((error: unknown) => {
      if (!/already in use/.test(String(error))) throw error;
      return start({ ...place(index + 1), port: 0 });
    }),
  );
  try {
    return [first, ...(await Promise.all(others))];
  } catch (error) {
    await first.stop();
    for (const other of others) await other.then(({ stop }) => stop()).catch(() => {});
    throw error;
  }
}

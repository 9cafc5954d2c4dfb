import type { Host } from "./hosts.ts";

export type KeepUpOptions = {
  /** Starts a host in the place of the one that ended. */
  readonly restart: () => Promise<Host>;
  readonly print: (line: string) => void;
};

export type KeptUp = {
  /** Resolves when the host is down for good. */
  readonly ended: Promise<void>;
  /** Stops whichever host is in that place by now. */
  readonly stop: () => Promise<void>;
};

const MOST_RESTARTS = 3;

/**
 * Starts a host again when it ends by itself, for instance by a function that ends its process or throws
 * where nobody listens; the real host does so with its worker. After three times the app is at fault. What
 * the host held comes again when its locks have run out.
 */
export function keepUp(host: Host, { restart, print }: KeepUpOptions): KeptUp {
  let current = host;
  let isStopping = false;

  const watch = async () => {
    for (let restarts = 0; ; restarts += 1) {
      const code = await current.exited;
      if (isStopping) return;
      const what = `the host at ${host.info.url} ended with code ${code}`;
      if (restarts === MOST_RESTARTS) {
        print(`${what} and is not started again`);
        return;
      }
      print(`${what} and is started again`);
      try {
        current = await restart();
      } catch (error) {
        print(error instanceof Error ? error.message : String(error));
        return;
      }
      if (isStopping) await current.stop();
    }
  };
  const ended = watch();
  return {
    ended,
    stop: async () => {
      isStopping = true;
      await current.stop();
      await ended;
    },
  };
}

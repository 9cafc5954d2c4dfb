import { sleep as systemSleep } from "./host/sleep.ts";

/** What is kept up: a host that may end at any time. */
type Kept = {
  readonly info: { readonly url: string };
  readonly exited: Promise<number | null>;
  readonly stop: () => Promise<unknown>;
};

export type KeepUpOptions = {
  /** Starts a host in the place of the one that ended. */
  readonly restart: () => Promise<Kept>;
  readonly print: (line: string) => void;
  readonly now?: () => number;
  /** Ends early, without an error, when the signal aborts. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

export type KeptUp = {
  /** Resolves when the host is down for good. */
  readonly ended: Promise<void>;
  /** Stops whichever host is in that place by now. */
  readonly stop: () => Promise<void>;
};

/** Several times the MaxDeliveryCount of our queues: a message that ends its host each time is dead-lettered before. */
const MOST_RESTARTS = 50;
const WINDOW_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Starts a host again when it ends by itself, for instance by a function that ends its process or throws
 * where nobody listens; the real host does so with its worker. The pauses before double while it goes on;
 * after 50 times in ten minutes the app is at fault, and one that cannot start again is down at once. What
 * the host held comes again when its locks have run out.
 */
export function keepUp(
  host: Kept,
  { restart, print, now = Date.now, sleep = systemSleep }: KeepUpOptions,
): KeptUp {
  let current = host;
  const stopping = new AbortController();

  const watch = async () => {
    let restarts: readonly number[] = [];
    for (;;) {
      const code = await current.exited;
      if (stopping.signal.aborted) return;
      const what = `the host at ${host.info.url} ended with code ${code}`;
      restarts = restarts.filter((at) => at > now() - WINDOW_MS);
      if (restarts.length === MOST_RESTARTS) {
        print(`${what} and is not started again, after ${MOST_RESTARTS} times in ten minutes`);
        return;
      }
      print(`${what} and is started again`);
      await sleep(
        Math.min(FIRST_PAUSE_MS * 2 ** restarts.length, LONGEST_PAUSE_MS),
        stopping.signal,
      );
      if (stopping.signal.aborted) return;
      restarts = [...restarts, now()];
      try {
        current = await restart();
      } catch (error) {
        print(error instanceof Error ? error.message : String(error));
        return;
      }
      if (stopping.signal.aborted) await current.stop();
    }
  };
  const ended = watch();
  return {
    ended,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await ended;
    },
  };
}

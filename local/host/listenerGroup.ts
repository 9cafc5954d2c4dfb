import type { Listener } from "./listener.ts";
import { createPending } from "./pending.ts";

/** All listeners of a host but HTTP: what drain mode stops and starts again. */
export type ListenerGroup = {
  readonly start: () => Promise<void>;
  /** Pauses what has been started so far; what is started later is not concerned. */
  readonly pause: () => Promise<void>;
  /** Closes everything that is paused; resolves when nothing is left to close. */
  readonly close: () => Promise<void>;
};

export function createListenerGroup(start: () => Promise<readonly Listener[]>): ListenerGroup {
  let running: Promise<readonly Listener[]> = Promise.resolve([]);
  const paused = new Set<Listener>();
  const closing = createPending();
  return {
    start: async () => {
      running = start();
      await running;
    },
    pause: async () => {
      const taken = running;
      running = Promise.resolve([]);
      const listeners = await taken;
      for (const listener of listeners) paused.add(listener);
      await Promise.all(listeners.map((listener) => listener.pause()));
    },
    close: async () => {
      for (const listener of paused) closing.add(listener.close());
      paused.clear();
      await closing.atMost(0);
    },
  };
}

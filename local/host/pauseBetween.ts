import { sleep } from "./sleep.ts";

/** Growing pauses between the attempts of a loop; they double up to the longest. */
export type PauseBetween = {
  /** Waits, shorter only when the signal aborts; never rejects. */
  readonly wait: () => Promise<void>;
  readonly reset: () => void;
};

export type PauseOptions = {
  readonly firstMs: number;
  readonly mostMs: number;
  readonly signal: AbortSignal;
};

export function pauseBetween({ firstMs, mostMs, signal }: PauseOptions): PauseBetween {
  let nextMs = firstMs;
  return {
    wait: async () => {
      const ms = nextMs;
      nextMs = Math.min(nextMs * 2, mostMs);
      await sleep(ms, signal);
    },
    reset: () => {
      nextMs = firstMs;
    },
  };
}

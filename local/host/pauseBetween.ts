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
  /** Spreads each pause over its upper half, so that several hosts do not keep step. */
  readonly random?: () => number;
};

export function pauseBetween({
  firstMs,
  mostMs,
  signal,
  random = () => 1,
}: PauseOptions): PauseBetween {
  let nextMs = firstMs;
  return {
    wait: async () => {
      const ms = nextMs * (0.5 + random() / 2);
      nextMs = Math.min(nextMs * 2, mostMs);
      await sleep(ms, signal);
    },
    reset: () => {
      nextMs = firstMs;
    },
  };
}

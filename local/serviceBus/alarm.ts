import type { Log } from "./log.ts";

/** Longest wait that Node's timers take. */
const MAX_WAIT_MS = 0x7fff_ffff;

/** Until what failed is tried again. */
const RETRY_MS = 1_000;

export type Alarm = {
  /** Asks to be woken at this time, or earlier when an earlier time is asked for. */
  readonly set: (at: number) => void;
  readonly cancel: () => void;
};

export type AlarmOptions = {
  readonly now: () => number;
  /** Does what is due and answers when to ring again. */
  readonly ring: () => number | undefined;
  readonly log: Log;
};

/** One timer for all that is due. A ring that throws is logged and repeated after a while. */
export function createAlarm({ now, ring, log }: AlarmOptions): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let armedFor = Number.POSITIVE_INFINITY;

  const cancel = () => {
    clearTimeout(timer);
    armedFor = Number.POSITIVE_INFINITY;
  };
  const ringOrLog = () => {
    try {
      return ring();
    } catch (error) {
      log("what was due failed", { error });
      return now() + RETRY_MS;
    }
  };
  const set = (at: number) => {
    if (at >= armedFor) return;
    clearTimeout(timer);
    armedFor = at;
    timer = setTimeout(
      () => {
        armedFor = Number.POSITIVE_INFINITY;
        const next = ringOrLog();
        if (next !== undefined) set(next);
      },
      Math.min(Math.max(at - now(), 0), MAX_WAIT_MS),
    );
    timer.unref();
  };
  return { set, cancel };
}

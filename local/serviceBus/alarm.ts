/** Longest wait that Node's timers take. */
const MAX_WAIT_MS = 0x7fff_ffff;

export type Alarm = {
  /** Asks to be woken at this time, or earlier when an earlier time is asked for. */
  readonly set: (at: number) => void;
  readonly cancel: () => void;
};

/** One timer for all that is due: `ring` does it and answers when to ring again. */
export function createAlarm(now: () => number, ring: () => number | undefined): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let armedFor = Number.POSITIVE_INFINITY;

  const cancel = () => {
    clearTimeout(timer);
    armedFor = Number.POSITIVE_INFINITY;
  };
  const set = (at: number) => {
    if (at >= armedFor) return;
    clearTimeout(timer);
    armedFor = at;
    timer = setTimeout(
      () => {
        armedFor = Number.POSITIVE_INFINITY;
        const next = ring();
        if (next !== undefined) set(next);
      },
      Math.min(Math.max(at - now(), 0), MAX_WAIT_MS),
    );
    timer.unref();
  };
  return { set, cancel };
}

import type { VirtualTime } from "./virtualTime.ts";

/** Chances per call, 0 to 1. */
export type Chances = {
  /** The caller gets an error, and nothing was done. */
  readonly drop: number;
  /** The caller gets an error although it was done. */
  readonly loseAnswer: number;
  /** The caller is killed, before or after the effect. */
  readonly crash: number;
  /** A message is delivered once more although it was completed. */
  readonly duplicate: number;
};

export const noFaults: Chances = { drop: 0, loseAnswer: 0, crash: 0, duplicate: 0 };

export type Faults = {
  /** Makes a call take its time and meet its fate; `failure` is what the caller sees of one that failed. */
  readonly around: <T>(
    name: string,
    call: () => T | Promise<T>,
    failure: () => Error,
  ) => Promise<T>;
  readonly chance: (probability: number) => boolean;
};

const LATENCY_MS = 20;
/** One call in so many takes a hundred times as long. */
const SLOW_ONE_IN = 50;

export function createFaults(
  time: VirtualTime,
  random: () => number,
  chances: Chances,
  log: (line: string) => void,
): Faults {
  const chance = (probability: number) => probability > 0 && random() < probability;
  const latency = () => {
    const ms = 1 + random() * LATENCY_MS;
    return Math.round(chance(1 / SLOW_ONE_IN) ? ms * 100 : ms);
  };
  /** A killed process says nothing, ever. */
  const dieAt = async (name: string, moment: string) => {
    if (!chance(chances.crash)) return;
    log(`killed ${moment} ${name}`);
    await new Promise(() => undefined);
  };

  return {
    chance,
    async around(name, call, failure) {
      await time.sleep(latency());
      await dieAt(name, "before");
      if (chance(chances.drop)) {
        log(`dropped ${name}`);
        throw failure();
      }
      const result = await call();
      log(name);
      await dieAt(name, "after");
      await time.sleep(latency());
      if (chance(chances.loseAnswer)) {
        log(`lost the answer of ${name}`);
        throw failure();
      }
      return result;
    },
  };
}

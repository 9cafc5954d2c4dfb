import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";

export type Interleaving = {
  /** Starts an activity; it runs until its first `turn`. */
  readonly start: (activity: () => Promise<unknown>) => void;
  /** Where an activity may be held up for as long as chance likes. */
  readonly turn: () => Promise<void>;
  /** Kills the activity that has the turn: from now on each of its turns throws. */
  readonly die: () => never;
  /** One turn after the other until every activity has ended; rejects with the first failure. */
  readonly run: () => Promise<void>;
};

type Activity = { dead: boolean };
type Held = { readonly activity: Activity; readonly go: () => void };

/** How often the activity that had the last turn gets the next one too: long pauses of the others. */
const STICKINESS = 0.8;
const MAX_TURNS = 20_000;

/** Runs activities one turn at a time, in an order that `random` decides alone. */
export function createInterleaving(random: () => number): Interleaving {
  const current = new AsyncLocalStorage<Activity>();
  const held: Held[] = [];
  const ended: Promise<void>[] = [];
  let last: Activity | undefined;

  const next = (): Held | undefined => {
    const same = held.findIndex(({ activity }) => activity === last);
    const index = same >= 0 && random() < STICKINESS ? same : Math.floor(random() * held.length);
    return held.splice(index, 1)[0];
  };

  const turn = async () => {
    const activity = current.getStore();
    if (activity === undefined) return;
    await new Promise<void>((go) => held.push({ activity, go }));
    if (activity.dead) throw new Error("crashed");
  };

  return {
    turn,
    start(activity) {
      const run = current.run({ dead: false }, async () => void (await activity()));
      run.catch(() => undefined); // `run` below rejects with it
      ended.push(run);
    },
    die() {
      const activity = current.getStore();
      if (activity !== undefined) activity.dead = true;
      throw new Error("crashed");
    },
    async run() {
      for (let turns = 0; ; turns++) {
        await setImmediate();
        const chosen = next();
        if (chosen === undefined) break;
        if (turns > MAX_TURNS) throw new Error("no end in sight");
        last = chosen.activity;
        chosen.go();
      }
      await Promise.all(ended);
    },
  };
}

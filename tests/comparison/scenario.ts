import { randomUUID } from "node:crypto";
import type { Call, Column, Executor, Steps } from "./executor.ts";

export type Verdict = {
  readonly held: boolean;
  /** What happened, in a few words. */
  readonly observed: string;
};

/** One promise, put to the test on any column. `note` says what to keep in mind when reading its row. */
export type Scenario = {
  readonly promise: string;
  readonly note?: string;
  readonly judge: (column: Column) => Promise<Verdict>;
};

export type Work = {
  readonly steps: Steps;
  readonly count: { reserve: number; confirm: number };
  /** Resolves when the first step has begun. */
  readonly begun: Promise<void>;
  /** Lets a first step that was held go on. */
  readonly release: () => void;
};

type WorkOptions = {
  /** Its first step takes until `release`. */
  readonly held?: boolean;
  /** Its second step fails. */
  readonly fails?: boolean;
  readonly onReserve?: () => void;
};

/** Steps that count how often they ran. */
export function aWork(answer: string, { held, fails, onReserve }: WorkOptions = {}): Work {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  if (!held) released.resolve();
  const count = { reserve: 0, confirm: 0 };
  return {
    count,
    begun: begun.promise,
    release: released.resolve,
    steps: {
      reserve: async () => {
        count.reserve++;
        begun.resolve();
        onReserve?.();
        await released.promise;
        return answer;
      },
      confirm: async () => {
        count.confirm++;
        if (fails) throw new Error("the second step failed");
      },
    },
  };
}

/** A call under a key that nobody else uses. */
export function aCall(): Omit<Call, "steps"> {
  return { key: randomUUID(), payload: randomUUID() };
}

export type Settled = { readonly answer?: string; readonly said: string };

/** How a call came out, for judging and for showing. */
export async function attempt(
  { run }: Executor,
  call: Omit<Call, "steps">,
  { steps }: Work,
): Promise<Settled> {
  try {
    const answer = await run({ ...call, steps });
    return { answer, said: `answered ${shown(answer)}` };
  } catch (error) {
    const { code, name } = error as { code?: unknown; name?: unknown };
    return { said: `threw ${String(code ?? name)}` };
  }
}

export function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}

const SHOWN = 12;

function shown(answer: string): string {
  return answer.length <= SHOWN ? `"${answer}"` : `${Buffer.byteLength(answer)} bytes`;
}

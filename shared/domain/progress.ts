import type { OrderState, OrderWork, Steps, Submission, TrailEntry } from "./orderState.ts";
import { stepKey } from "./stepKey.ts";

/** How long a step took and what came of it: sent as telemetry once it is committed. */
export type StepTiming = {
  readonly step: string;
  readonly ms: number;
  readonly outcome: string;
  readonly at: number;
};

type StepName = keyof Steps;
type StepResult<Name extends StepName> = NonNullable<Steps[Name]>;

/** A working copy of the order while one key is at work on it; nothing of it counts before it is committed. */
export type Progress = {
  readonly state: OrderState;
  readonly work: OrderWork;
  readonly timings: readonly StepTiming[];
  /** Drops the timings of steps that were not committed: whoever repeats the steps tells of them. */
  readonly discard: () => void;
  /** The step's stored result, or runs it now. */
  readonly step: <Name extends StepName>(
    submission: Submission,
    name: Name,
    run: () => Promise<StepResult<Name>>,
  ) => Promise<StepResult<Name>>;
  /**
   * Sends a warehouse command under the order's next number. The number counts as used only once the send is done,
   * so a repeat sends the same command under the same number.
   */
  readonly command: (
    submission: Submission,
    name: "requestShipment" | "cancelShipment",
    send: (sequence: number) => Promise<void>,
  ) => Promise<void>;
};

/** A call that was taken back has no effect any more, whatever was unknown of it. */
const UNDOES: { readonly [Name in StepName]?: StepName } = {
  release: "reserve",
  cancelProcurement: "requestProcurement",
};

export function createProgress(
  state: OrderState,
  work: OrderWork,
  clock: { readonly now: () => number },
  /** Hears the key of each step that has its result, or was taken back. */
  answered: (key: string) => void,
): Progress {
  const working = structuredClone({ state, work });
  const timings: StepTiming[] = [];

  const step: Progress["step"] = async (submission, name, run) => {
    const done = submission.steps[name];
    const startedAt = clock.now();
    const result = done ?? (await run());
    answered(stepKey(submission.key, name));
    const undone = UNDOES[name];
    if (undone !== undefined) answered(stepKey(submission.key, undone));
    if (done !== undefined) return done;
    submission.steps[name] = result;
    const outcome = outcomeOf(result);
    const entry: TrailEntry = { at: clock.now(), step: name, outcome };
    working.work.trail.push(entry);
    timings.push({ ...entry, ms: entry.at - startedAt });
    return result;
  };

  return {
    ...working,
    timings,
    discard: () => void timings.splice(0),
    step,
    async command(submission, name, send) {
      await step(submission, name, async () => {
        const sequence = working.state.lastCommand + 1;
        await send(sequence);
        working.state.lastCommand = sequence;
        return { sequence };
      });
    },
  };
}

function outcomeOf(result: object): string {
  return "outcome" in result ? String(result.outcome) : "done";
}

import type { SaveEvent } from "./saveEvent.ts";
import { type Mode, runsOn, type Step } from "./step.ts";

export class StepError extends Error {
  override readonly name = "StepError";
}

/** The registered steps, to be switched while the environment runs. */
export function createStepRegistry(initial: readonly Step[]) {
  let steps = [...initial];
  return {
    list: (): readonly Step[] => steps,
    running: (event: SaveEvent, kinds: readonly Step["kind"][], mode: Mode) =>
      steps.filter(
        (step) => step.mode === mode && kinds.includes(step.kind) && runsOn(step, event),
      ),
    /** Throws StepError where the platform would refuse the registration. Undefined when there is no such step. */
    change: (id: string, change: { readonly enabled?: boolean; readonly mode?: Mode }) => {
      const step = steps.find((candidate) => candidate.id === id);
      if (step === undefined) return undefined;
      if (step.kind === "queue" && change.mode === "synchronous") {
        throw new StepError("a service endpoint step runs asynchronously only");
      }
      if (step.kind === "plugin" && change.mode === "asynchronous") {
        throw new StepError("a pre-operation plug-in runs synchronously only");
      }
      const changed: Step = { ...step, ...change };
      steps = steps.map((candidate) => (candidate.id === id ? changed : candidate));
      return changed;
    },
  };
}

export type StepRegistry = ReturnType<typeof createStepRegistry>;

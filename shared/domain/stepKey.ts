import type { Steps } from "./orderState.ts";

/** Idempotency key of an outgoing call, and message id of a command: what a repeat after a crash says again. */
export function stepKey(submission: string, step: keyof Steps): string {
  return `${submission}:${step}`;
}

import { toTimerInput } from "../converters/toTimerInput.ts";
import { toTypedBody } from "../converters/toTypedBody.ts";
import type { HostedFunction } from "../functions.ts";
import type { Invoke } from "../invoke.ts";
import type { TypedData } from "../typedData.ts";

/** Runs a function by hand, outside its trigger; failures are logged by the invocation itself. */
export function createRunOnce(invoke: Invoke) {
  return async (fn: HostedFunction, input: string): Promise<void> => {
    await invoke(fn, { input: toInput(fn, input), triggerMetadata: {} }).catch(() => {});
  };
}

/** A batch function gets the text as its only element; a timer has no use for it. */
function toInput({ trigger }: HostedFunction, input: string): TypedData {
  if (trigger.type === "timer") return toTimerInput(undefined, false);
  if (trigger.type === "http") return {};
  return toTypedBody([Buffer.from(input)], trigger.cardinality, trigger.dataType);
}

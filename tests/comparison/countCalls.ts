import type { Column, ExecutorOptions } from "./executor.ts";
import { aCall, attempt, aWork, type Work } from "./scenario.ts";

export type CallCounts = {
  readonly first: number;
  readonly duplicate: number;
  /** A first call whose payload is kept, to compare later ones with. */
  readonly compared: number;
  /** A duplicate whose caller knows that the message came before. */
  readonly redelivery: number;
  /** A failed attempt and its retry together, with the steps' own answers kept. */
  readonly retried: number;
};

/** Requests that reach a column's store. */
export async function countCalls(column: Column): Promise<CallCounts> {
  const calls = async (
    call: Parameters<typeof attempt>[1],
    work: Work,
    options?: ExecutorOptions,
  ) => {
    const before = column.storeCalls();
    await attempt(column.worker(options), call, work);
    return column.storeCalls() - before;
  };
  const call = aCall();
  const retried = aCall();
  const keepSteps = { keepSteps: true };
  return {
    first: await calls(call, aWork("a")),
    compared: await calls(aCall(), aWork("a"), { comparePayload: true }),
    duplicate: await calls(call, aWork("b")),
    redelivery: await calls({ ...call, redelivered: true }, aWork("c")),
    retried:
      (await calls(retried, aWork("a", { fails: true }), keepSteps)) +
      (await calls({ ...retried, redelivered: true }, aWork("b"), keepSteps)),
  };
}

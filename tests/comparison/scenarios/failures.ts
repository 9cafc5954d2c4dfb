import { type Column, type ExecutorOptions, LEASE_MS } from "../executor.ts";
import { aCall, attempt, aWork, type Scenario, times } from "../scenario.ts";

/** Lost answers and failed attempts. */
export const failures: readonly Scenario[] = [
  {
    promise: "a lost answer to the write that takes the key is recognised as our own write",
    note: "The AWS client repeats its put by itself and meets its own record; the cache's client reports the cut connection. Nothing is lost where the message comes again after the lease, which on Lambda is the time that the invocation had left.",
    async judge(column) {
      const call = aCall();
      const work = aWork("a");
      column.loseNextAnswer();

      const { answer, said } = await attempt(column.worker(), call, work);

      const at = `at once: ran ${times(work.count.reserve)}, ${said}`;
      if (answer === "a") return { held: work.count.reserve === 1, observed: at };
      const again = { ...call, redelivered: true };
      const next = await attempt(column.worker(), again, aWork("b"));
      column.advance(LEASE_MS + 1);
      const after = await attempt(column.worker(), again, aWork("c"));
      return {
        held: false,
        observed: `${at}; sent again: ${next.said}; after the lease: ${after.said}`,
      };
    },
  },
  {
    promise: "a lost answer to the write that ends the key loses nothing",
    async judge(column) {
      const call = aCall();
      const work = aWork("a", { onReserve: column.loseNextAnswer });
      const again = aWork("b");

      const first = await attempt(column.worker(), call, work);
      const { answer, said } = await attempt(
        column.worker(),
        { ...call, redelivered: true },
        again,
      );

      const effects = work.count.reserve + again.count.reserve;
      const observed = `${first.said}; a duplicate then ${said}; ran ${times(effects)}`;
      return { held: answer === "a" && effects === 1, observed };
    },
  },
  {
    promise: "a failed attempt can be tried again",
    async judge(column) {
      const { retried, first } = await failThenRetry(column);

      const held = first.answer === undefined && retried.answer !== undefined;
      return { held, observed: `first ${first.said}, then ${retried.said}` };
    },
  },
  {
    promise: "steps that were finished before the failure are not repeated",
    note: "Powertools' way to keep a step is to wrap it by itself as well: two more writes a step, counted below.",
    async judge(column) {
      const { retried, reserved } = await failThenRetry(column, { keepSteps: true });

      const held = retried.answer === "a" && reserved === 1;
      return { held, observed: `then ${retried.said}; first step ran ${times(reserved)}` };
    },
  },
];

async function failThenRetry(column: Column, options?: ExecutorOptions) {
  const call = aCall();
  const [failing, working] = [aWork("a", { fails: true }), aWork("b")];
  const first = await attempt(column.worker(options), call, failing);
  const retried = await attempt(column.worker(options), { ...call, redelivered: true }, working);
  return { first, retried, reserved: failing.count.reserve + working.count.reserve };
}

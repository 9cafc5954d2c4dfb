import { LEASE_MS } from "../executor.ts";
import { aCall, attempt, aWork, type Scenario, times } from "../scenario.ts";

const SANDBOX =
  "Lambda ends the sandbox at its timeout, so there it takes a freeze or a clock that is wrong; on Functions nothing ends such a worker.";

/** Workers that pause, die, or come too late. */
export const leases: readonly Scenario[] = [
  {
    promise: "a worker that outlived its lease does not overwrite the stored answer",
    note: SANDBOX,
    async judge(column) {
      const call = aCall();
      const zombie = aWork("zombie", { held: true });
      const late = attempt(column.worker(), call, zombie);
      await zombie.begun;
      column.advance(LEASE_MS + 1);
      const second = await attempt(
        column.worker(),
        { ...call, redelivered: true },
        aWork("second"),
      );

      zombie.release();
      const { said } = await late;

      const { answer, said: replay } = await attempt(column.worker(), call, aWork("third"));
      return {
        held: second.answer === "second" && answer === "second",
        observed: `second worker ${second.said}; late one ${said}; a duplicate then ${replay}`,
      };
    },
  },
  {
    promise: "who loses the race for a key does not free it for a third",
    async judge(column) {
      const call = aCall();
      const winner = aWork("a", { held: true });
      const third = aWork("c");
      const run = attempt(column.worker(), call, winner);
      await winner.begun;
      const loser = await attempt(column.worker(), call, aWork("b"));

      const { said } = await attempt(column.worker(), call, third);
      winner.release();
      await run;

      const held = loser.answer === undefined && third.count.reserve === 0;
      return {
        held,
        observed: `loser ${loser.said}; third ran ${times(third.count.reserve)}, ${said}`,
      };
    },
  },
  {
    promise: "after a crash half way the key waits for the lease, then another worker takes over",
    async judge(column) {
      const call = aCall();
      const dead = aWork("dead", { held: true });
      void attempt(column.worker(), call, dead);
      await dead.begun;
      const early = aWork("early");
      const again = { ...call, redelivered: true };
      const tooEarly = await attempt(column.worker(), again, early);

      column.advance(LEASE_MS + 1);
      const heir = await attempt(column.worker(), again, aWork("heir"));

      const replay = await attempt(column.worker(), again, aWork("late"));
      return {
        held: early.count.reserve === 0 && heir.answer === "heir" && replay.answer === "heir",
        observed: `before it ${tooEarly.said}; after it ${heir.said}; a duplicate then ${replay.said}`,
      };
    },
  },
];

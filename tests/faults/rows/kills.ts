import type { Row } from "../row.ts";
import { killRow } from "./killRow.ts";

/** Rows 1 to 4: kill -9 at every border that an order crosses. */
export const kills: readonly Row[] = [
  killRow({
    name: "kill-after-begin",
    fault: "kill -9 after the order was claimed, before anything was done for it",
    holds: "its own key takes the order over once the lease is over",
    point: "after-begin",
  }),
  killRow({
    name: "kill-after-effect",
    fault: "kill -9 after stock was reserved, before anybody knew",
    holds: "the repeat under the same key gets the same reservation",
    point: "after-effect",
  }),
  killRow({
    name: "kill-after-command",
    fault: "kill -9 after the warehouse command was sent, before the step was recorded",
    holds: "the repeat sends the same command under the same number and message id",
    point: "after-command",
  }),
  killRow({
    name: "kill-after-dispatch",
    fault: "kill -9 after the warehouse carried a command out, before that was written down",
    holds: "the repeat under the same key ships nothing twice",
    point: "after-dispatch",
  }),
  killRow({
    name: "kill-after-write-back",
    fault: "kill -9 after the result was written to Dataverse, before the order ended",
    holds: "one result row",
    point: "after-write-back",
  }),
  killRow({
    name: "kill-before-end",
    fault: "kill -9 while the order's end is on its way to the table",
    holds: "the order ends once, whether or not it got there",
    point: "before-end",
  }),
  killRow({
    name: "kill-after-end",
    fault: "kill -9 after the order ended, before its message was completed",
    holds: "the redelivery is a cheap duplicate",
    point: "after-end",
  }),
  killRow({
    name: "kill-after-schedule",
    fault: "kill -9 between scheduling a retry and completing the original",
    holds: "the second copy is swallowed by its message id",
    point: "after-schedule",
    prepare: ({ world, between }) =>
      world.standIns.behave("inventory", { mode: "failing", status: 503, times: between(3, 4) }),
  }),
];

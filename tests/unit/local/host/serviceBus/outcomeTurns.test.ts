import { expect, test } from "vitest";
import { createOutcomeTurns } from "../../../../../local/host/serviceBus/outcomeTurns.ts";

test("settlements of one outcome share a turn of the event loop, another outcome waits for its own", async () => {
  const turn = createOutcomeTurns();
  const begun: string[] = [];
  const begin = async (outcome: string, message: number) => {
    await turn(outcome);
    begun.push(`${outcome} ${message}`);
  };
  const endOfTurn = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    begun.push("next turn");
  });

  await Promise.all([
    begin("complete", 1),
    begin("deadletter", 2),
    begin("complete", 3),
    begin("abandon", 4),
    endOfTurn,
  ]);

  expect(begun.slice(0, 3)).toEqual(["complete 1", "complete 3", "next turn"]);
  expect(begun.slice(3).toSorted()).toEqual(["abandon 4", "deadletter 2"]);
});

import { expect, it } from "vitest";
import { sameAnswer } from "../../faults/oracle/sameAnswer.ts";

it("finds an answer that differs from the first one by a byte", () => {
  const same = { what: "decision 1", bodies: ["a", "a"] };
  const other = { what: "decision 2", bodies: ["a", "a", "a "] };

  expect(sameAnswer({ answers: [same, other] })).toEqual(["decision 2 was first a, then a "]);
});

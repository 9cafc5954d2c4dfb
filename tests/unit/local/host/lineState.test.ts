import { expect, test } from "vitest";
import { createLineState } from "../../../../local/host/lineState.ts";

test("logs one line a change of state", () => {
  const lines: string[] = [];
  const line = createLineState(
    (level, _category, text) => lines.push(`${level} ${text}`),
    "X",
    "queue q",
  );

  line.down(new TypeError("no\nroute"));
  line.down(new TypeError("no route"));
  line.up();
  line.up();
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  line.down(new AggregateError([refused, refused]));

  expect(lines).toEqual([
    "warning queue q is not reachable, trying on: TypeError: no",
    "information queue q is connected again",
    "warning queue q is not reachable, trying on: ECONNREFUSED: refused",
  ]);
});

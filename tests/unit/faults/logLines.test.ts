import { describe, expect, it } from "vitest";
import { logEntries } from "../../faults/oracle/logEntries.ts";
import { logLines } from "../../faults/oracle/logLines.ts";
import { allWell, anEntry, ORDER } from "./evidence.ts";

const processed = (more = "") =>
  anEntry(`order processed { order: 'salesorder:${ORDER}', outcome: 'approved'${more} }`);
const dispatched = anEntry(
  `warehouse command dispatched { order: 'salesorder:${ORDER}', type: 'requestShipment' }`,
);

describe("the judge of logs", () => {
  it("finds nothing where an order's end is logged once and its repetitions as such", () => {
    const log = [dispatched, processed(), processed(", replayed: true")];

    expect(logLines(allWell({ log }))).toEqual([]);
  });

  it.each([
    ["an end that is logged twice", { log: [processed(), processed()] }],
    ["a shipment that is logged twice", { log: [dispatched, dispatched] }],
    ["a process that goes back in time", { log: [anEntry("a", { at: 2 }), anEntry("b")] }],
    ["a secret in the output", { output: ["GET /api?code=canary"] }],
    [
      "a secret in a dead letter",
      {
        deadMessages: [{ queue: "q", messageId: "m", reason: "r", deliveries: 1, text: "canary" }],
      },
    ],
  ])("finds %s", (_what, change) => {
    expect(logLines(allWell(change))).toHaveLength(1);
  });

  it("never repeats the secret that it found", () => {
    expect(logLines(allWell({ output: ["GET /api?code=canary"] })).join()).not.toContain("canary");
  });
});

describe("lines of output", () => {
  it("become entries with the lines that belong to them, each process by itself", () => {
    const entries = logEntries([
      { process: "a", line: "[2026-11-26T01:00:00.000Z] warning Function.x.User: said {" },
      { process: "b", line: "[2026-11-26T01:00:01.000Z] information Host: up" },
      { process: "a", line: "  more" },
    ]);

    expect(entries).toEqual([
      {
        process: "a",
        at: Date.parse("2026-11-26T01:00:00Z"),
        level: "warning",
        category: "Function.x.User",
        text: "said {\n  more",
      },
      expect.objectContaining({ process: "b", text: "up" }),
    ]);
  });
});

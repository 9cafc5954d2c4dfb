import { describe, expect, it } from "vitest";
import { QueueLedger, type Settling } from "./ledger.ts";

/** A message whose sending was acknowledged, and one settlement of it. */
function aLedger(how: Settling, outcome: "asked" | "acknowledged") {
  const ledger = new QueueLedger();
  ledger.sends.set("m", { outcome: "acknowledged", scheduled: false });
  ledger.settlements.set("m", { how, outcome });
  return ledger;
}

describe("the ledger of the kills", () => {
  it.each(["deadLetter", "defer", "abandon"] as const)(
    "misses a message that is gone while its %s was asked for",
    (how) => {
      expect(aLedger(how, "asked").judge([])).toEqual(["m is lost"]);
    },
  );

  it("misses none whose completion was asked for", () => {
    expect(aLedger("complete", "asked").judge([])).toEqual([]);
  });

  it("finds a message wrong that is not active after its abandon was acknowledged", () => {
    const found = { id: "m", state: "deferred", sequenceNumber: "1" };

    expect(aLedger("abandon", "acknowledged").judge([found])).toEqual([
      "m is deferred after abandon",
    ]);
  });
});

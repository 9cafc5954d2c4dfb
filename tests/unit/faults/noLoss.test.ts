import { describe, expect, it } from "vitest";
import type { Wanted } from "../../faults/oracle/evidence.ts";
import { noLoss } from "../../faults/oracle/noLoss.ts";
import { allWell, ORDER } from "./evidence.ts";

const order = (wanted: Wanted, outcomes: string[], holder?: string) =>
  allWell({ orders: [{ id: ORDER, wanted, outcomes, holder }] });

const aDead = {
  queue: "orders",
  messageId: "m",
  reason: "no-key",
  deliveries: 1,
  text: `{"rowId":"${ORDER}"}`,
};

describe("the judge of losses", () => {
  it("finds nothing where every order ended as it had to", () => {
    expect(noLoss(allWell())).toEqual([]);
    expect(noLoss(order("withdrawn", []))).toEqual([]);
    expect(noLoss(order("withdrawn", ["withdrawn"]))).toEqual([]);
  });

  it.each([
    ["an order without a result", order("approved", [])],
    ["an order with two results", order("approved", ["approved", "approved"])],
    ["an order that ended otherwise", order("approved", ["back-ordered"])],
    ["a withdrawn order that stayed approved", order("withdrawn", ["approved"])],
    ["an order that was given up without a dead letter", order("dead", [])],
    ["an order that a key still holds", order("approved", ["approved"], "a key")],
    ["something that did not drain", allWell({ left: ["queue orders"] })],
    ["a dead letter that nobody expected", allWell({ deadMessages: [aDead] })],
  ])("finds %s", (_what, evidence) => {
    expect(noLoss(evidence)).toHaveLength(1);
  });

  it("takes a dead letter for an order's end only where its reason is expected", () => {
    const dead = { ...order("approved", []), deadMessages: [aDead] };

    expect(noLoss(dead, ["no-key"])).toEqual([]);
    expect(noLoss(dead, ["invalid"])).toHaveLength(1);
  });
});

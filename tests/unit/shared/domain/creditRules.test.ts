import { describe, expect, it } from "vitest";
import type { LastDecision } from "../../../../shared/domain/creditDecision.ts";
import { byBureau, byLastDecision, byPolicy } from "../../../../shared/domain/creditRules.ts";

const now = Date.parse("2026-11-23T12:00:00.000Z");
const hour = 3_600_000;
const policy = { limit: "500", currency: "EUR", maxAgeMs: 24 * hour };

function aLastDecision(part: Partial<LastDecision> = {}): LastDecision {
  return {
    decision: "approve",
    reason: "within-limit",
    askedAmount: "1000.0000",
    askedCurrency: "EUR",
    decidedAt: now - hour,
    ...part,
  };
}

const limit = { limit: "10000", currency: "EUR" };

describe("the last decision", () => {
  it.each([
    ["approves up to the limit it named", limit, "10000.0000", "EUR", "approve"],
    ["says nothing above that limit", limit, "10000.0001", "EUR", undefined],
    [
      "approves up to the amount it approved, where it named no limit",
      {},
      "1000",
      "EUR",
      "approve",
    ],
    ["says nothing above that amount", {}, "1000.01", "EUR", undefined],
    [
      "takes a limit in another currency for none",
      { ...limit, currency: "USD" },
      "1000.01",
      "EUR",
      undefined,
    ],
    ["says nothing of another currency", limit, "1", "USD", undefined],
    ["declines as much again", { decision: "decline" }, "1000", "EUR", "decline"],
    ["declines more", { decision: "decline" }, "1000.01", "EUR", "decline"],
    ["has less than it declined reviewed", { decision: "decline" }, "999.99", "EUR", "review"],
    [
      "has another currency reviewed after a decline",
      { decision: "decline" },
      "1000",
      "USD",
      "review",
    ],
    ["has everything reviewed after a review", { decision: "review" }, "1", "EUR", "review"],
  ] as const)("%s", (_behaviour, last, amount, currency, decision) => {
    const answer = byLastDecision(aLastDecision(last), { amount, currency }, policy, now);

    expect(answer?.decision).toBe(decision);
  });

  it("carries its own time and its age", () => {
    const answer = byLastDecision(
      aLastDecision(limit),
      { amount: "1", currency: "EUR" },
      policy,
      now,
    );

    expect(answer).toEqual({
      decision: "approve",
      source: "last-decision",
      reason: "last-approved",
      decidedAt: "2026-11-23T11:00:00.000Z",
      ageSeconds: 3_600,
      limit: "10000",
    });
  });

  it.each([
    [24 * hour, true],
    [24 * hour + 1, false],
    [-hour, true],
  ])("that is %i ms old is used: %s", (age, used) => {
    const last = aLastDecision({ decidedAt: now - age });

    const answer = byLastDecision(last, { amount: "1", currency: "EUR" }, policy, now);

    expect(answer !== undefined).toBe(used);
  });
});

describe("the policy", () => {
  it.each([
    ["500.0000", "EUR", "approve", "policy-within-limit"],
    ["500.0001", "EUR", "review", "policy-over-limit"],
    ["1", "USD", "review", "policy-other-currency"],
  ])("answers %s %s with %s", (amount, currency, decision, reason) => {
    expect(byPolicy({ amount, currency }, policy, now)).toEqual({
      decision,
      reason,
      source: "policy",
      decidedAt: "2026-11-23T12:00:00.000Z",
    });
  });
});

it("passes on what the bureau says, its limit only in the currency asked", () => {
  const asked = { amount: "1", currency: "EUR" };
  const bureau = { decision: "decline", reason: "over-limit", limit: "0" } as const;

  expect(byBureau({ ...bureau, currency: "EUR" }, asked, now)).toMatchObject({
    source: "bureau",
    limit: "0",
  });
  expect(byBureau({ ...bureau, currency: "USD" }, asked, now)).not.toHaveProperty("limit");
});

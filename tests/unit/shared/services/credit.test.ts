import { expect, it } from "vitest";
import type { CheckCredit, CreditAnswer } from "../../../../shared/domain/checkCredit.ts";
import type {
  CreditCheckRequest,
  CreditDecision,
} from "../../../../shared/domain/creditDecision.ts";
import type { Telemetry } from "../../../../shared/domain/telemetryEvent.ts";
import { reportChecks } from "../../../../shared/services/credit.ts";
import { fakeClock } from "../../../support/fakeClock.ts";

const question = {} as CreditCheckRequest;

/** A check that gives these answers, one after another, and a hub that never answers. */
function aReportedCheck(...answers: readonly CreditAnswer[]) {
  const clock = fakeClock();
  const readings: Parameters<Telemetry["emit"]>[0][] = [];
  const left = [...answers];
  const check: CheckCredit = async () => left.shift() ?? Promise.reject(new Error("key reused"));
  const telemetry: Telemetry = {
    emit: (reading) => {
      readings.push(reading);
      return new Promise<never>(() => undefined);
    },
  };
  const ask = reportChecks(check, { telemetry, clock });
  const pass = async () => {
    clock.advance(5_000);
    await Promise.resolve();
  };
  return { ask: () => ask(question, "k"), readings, pass };
}

const decided = (source: CreditDecision["source"], decision: CreditDecision["decision"]) => ({
  body: "{}",
  decision: { source, decision, reason: "", decidedAt: "" },
  replayed: false,
  missing: [],
});
const replayed = { body: "{}", replayed: true, missing: [] };

it("reports decisions by source as sums, after the answers, and waits for no hub", async () => {
  const approved = decided("bureau", "approve");
  const { ask, readings, pass } = aReportedCheck(approved, approved, decided("policy", "review"));

  expect(await ask()).toBe(approved);
  await ask();
  await ask();
  expect(readings).toEqual([]);
  await pass();

  expect(readings.map(({ metric, key, value }) => [metric, key, value])).toEqual([
    ["credit.check", "bureau.approve", 2],
    ["credit.check", "policy.review", 1],
  ]);
});

it("reports neither a replayed answer nor a refusal", async () => {
  const { ask, readings, pass } = aReportedCheck(replayed);

  await ask();
  await expect(ask()).rejects.toThrow("key reused");
  await pass();

  expect(readings).toEqual([]);
});

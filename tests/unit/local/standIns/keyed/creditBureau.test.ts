import { describe, expect, it } from "vitest";
import { createCreditBureau } from "../../../../../local/standIns/keyed/creditBureau.ts";
import { keyedCaller } from "./keyedCall.ts";

const question = { accountId: "A1", amount: "10000.0000", currency: "EUR" };

describe("the credit bureau", () => {
  it("approves up to the limit, that included", () => {
    const bureau = keyedCaller(createCreditBureau().collections);

    const { answer } = bureau.post("/decisions", "k1", question);

    expect(answer).toMatchObject({ decision: "approve", limit: "10000", currency: "EUR" });
  });

  it("declines above it by the smallest amount", () => {
    const bureau = keyedCaller(createCreditBureau().collections);

    const { answer } = bureau.post("/decisions", "k1", { ...question, amount: "10000.0001" });

    expect(answer).toMatchObject({ decision: "decline" });
  });

  it("holds an account's own limit, whatever the case of its id", () => {
    const bureau = createCreditBureau();
    bureau.setLimits({ a1: "5" });

    const { answer } = keyedCaller(bureau.collections).post("/decisions", "k1", question);

    expect(answer).toMatchObject({ decision: "decline", limit: "5" });
  });
});

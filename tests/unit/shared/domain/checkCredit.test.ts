import { describe, expect, it } from "vitest";
import {
  type CreditPorts,
  createCheckCredit,
  type GivenAnswer,
} from "../../../../shared/domain/checkCredit.ts";
import type { CreditCheckRequest, LastDecision } from "../../../../shared/domain/creditDecision.ts";

const now = Date.parse("2026-11-23T12:00:00.000Z");
const policy = { limit: "500", currency: "EUR", maxAgeMs: 3_600_000 };
const request: CreditCheckRequest = {
  requestId: "7d8f2a90-1b1c-4a7e-9f4e-0c6f6f2d9b11",
  orderId: "0f0e2b6a-5c9d-4a55-8f6c-2d1b7a9c3e44",
  orderTable: "contoso_order",
  accountId: "5b2c9d1e-3f4a-4b6c-8d7e-9f0a1b2c3d4e",
  amount: "1249.5000",
  currency: "EUR",
};
const approved = {
  decision: "approve",
  reason: "within-limit",
  limit: "10000",
  currency: "EUR",
} as const;
const down = async () => {
  throw new Error("down");
};

/** A store that works, and counts what the bureau was asked. */
function aDesk(ports: Partial<CreditPorts> = {}) {
  const answers = new Map<string, GivenAnswer>();
  const lasts = new Map<string, LastDecision>();
  const asked: string[] = [];
  let time = now;
  const checkCredit = createCheckCredit(
    {
      askBureau: async (_request, key) => {
        asked.push(key);
        return approved;
      },
      recall: async (account, key) => ({ answer: answers.get(key), last: lasts.get(account) }),
      remember: async (account, key, given, last) => {
        if (last !== undefined) lasts.set(account, last);
        const stands = answers.get(key) ?? given;
        answers.set(key, stands);
        return stands;
      },
      now: () => time++,
      ...ports,
    },
    policy,
  );
  return { checkCredit, answers, lasts, asked };
}

it("answers with the bureau's decision and remembers it for the account", async () => {
  const { checkCredit, lasts } = aDesk();

  const answer = await checkCredit(request, "k1");

  expect(JSON.parse(answer.body)).toMatchObject({
    decision: "approve",
    source: "bureau",
    limit: "10000",
  });
  expect(answer).toMatchObject({ replayed: false, missing: [] });
  expect(answer.decision).toEqual(JSON.parse(answer.body));
  expect(lasts.get(request.accountId)).toMatchObject({
    askedAmount: "1249.5000",
    decision: "approve",
  });
});

it("replays a stored answer byte for byte", async () => {
  const { checkCredit } = aDesk();
  const first = await checkCredit(request, "k1");

  const again = await checkCredit(request, "k1");

  expect(again).toEqual({ body: first.body, replayed: true, missing: [] });
});

it("decides again while the first call is in flight, and both give the answer that was stored first", async () => {
  const { checkCredit, asked } = aDesk();

  const [one, other] = await Promise.all([checkCredit(request, "k1"), checkCredit(request, "k1")]);

  expect(other.body).toBe(one.body);
  expect(asked).toEqual(["k1", "k1"]);
});

it("refuses a key that was used for another question", async () => {
  const { checkCredit } = aDesk();
  await checkCredit(request, "k1");

  await expect(checkCredit({ ...request, amount: "1" }, "k1")).rejects.toMatchObject({
    code: "key-reused",
  });
});

describe("without the bureau", () => {
  it("answers with the account's last decision", async () => {
    const { checkCredit } = aDesk({
      askBureau: down,
      recall: async () => ({
        last: { ...approved, askedAmount: "5", askedCurrency: "EUR", decidedAt: now - 60_000 },
      }),
    });

    const answer = await checkCredit(request, "k1");

    expect(JSON.parse(answer.body)).toMatchObject({ source: "last-decision", ageSeconds: 60 });
    expect(answer.missing).toEqual(["bureau"]);
  });

  it("answers by policy when there is no last decision, and remembers none", async () => {
    const { checkCredit, answers, lasts } = aDesk({ askBureau: down });

    const answer = await checkCredit(request, "k1");

    expect(JSON.parse(answer.body)).toMatchObject({ decision: "review", source: "policy" });
    expect(answers.get("k1")?.body).toBe(answer.body);
    expect(lasts.size).toBe(0);
  });
});

describe("without the store", () => {
  it("answers with the bureau's decision", async () => {
    const { checkCredit } = aDesk({ recall: down, remember: down });

    const answer = await checkCredit(request, "k1");

    expect(JSON.parse(answer.body)).toMatchObject({ source: "bureau" });
    expect(answer.missing).toEqual(["store"]);
  });

  it("tells the bureau's decision before storing it, which may take for ever", async () => {
    const heard: unknown[] = [];
    const { checkCredit } = aDesk({ remember: () => new Promise(() => undefined) });

    void checkCredit(request, "k1", ({ body, ...rest }) => heard.push(JSON.parse(body), rest));
    await expect.poll(() => heard).toHaveLength(2);

    expect(heard).toMatchObject([
      { decision: "approve", source: "bureau" },
      { replayed: false, missing: ["store"] },
    ]);
  });

  it("answers by policy when the bureau is down as well", async () => {
    const { checkCredit } = aDesk({ askBureau: down, recall: down, remember: down });

    const answer = await checkCredit({ ...request, amount: "500" }, "k1");

    expect(JSON.parse(answer.body)).toMatchObject({ decision: "approve", source: "policy" });
    expect(answer.missing).toEqual(["bureau", "store"]);
  });

  it("stores the answer though the look-up failed", async () => {
    const { checkCredit, answers } = aDesk({ recall: down });

    await checkCredit(request, "k1");

    expect(answers.has("k1")).toBe(true);
  });
});

import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import type { CreditCheckRequest } from "../../../shared/domain/creditDecision.ts";
import { systemClock } from "../../../shared/patterns/clock.ts";
import { createCreditCheck } from "../../../shared/services/credit.ts";
import { type Loopback, refusedUrl, startHttp, startSilent } from "../../support/loopback.ts";
import type { FreshAnswer, FreshStart } from "./freshStart.ts";

const PROMISED_MS = 1_500;
const CALLS = 100;

let azurite: Azurite;
let bureau: Loopback;
let silent: Loopback;

beforeAll(async () => {
  azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
  bureau = await startHttp((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          decision: "approve",
          reason: "within-limit",
          limit: "10000",
          currency: "EUR",
        }),
      );
    });
  });
  silent = await startSilent();
});

afterAll(async () => {
  await Promise.all([azurite.stop(), bureau.stop(), silent.stop()]);
});

function aQuestion(part: Partial<CreditCheckRequest> = {}): CreditCheckRequest {
  return {
    requestId: randomUUID(),
    orderId: randomUUID(),
    orderTable: "contoso_order",
    accountId: randomUUID(),
    amount: "1249.5000",
    currency: "EUR",
    ...part,
  };
}

function config(bureauUrl: string, tables = azurite.connectionString): FreshStart["config"] {
  return {
    tables: { kind: "connectionString", connectionString: tables },
    CREDIT_BUREAU_URL: bureauUrl,
    CREDIT_BUREAU_TIMEOUT_MS: 450,
    CREDIT_STORE_TIMEOUT_MS: 250,
    CREDIT_ANSWER_TIMEOUT_MS: 550,
    CREDIT_DECISION_MAX_AGE_MS: 86_400_000,
    CREDIT_POLICY_LIMIT: "500",
    CREDIT_POLICY_CURRENCY: "EUR",
  };
}

/** For what is not about time: a busy machine must not make it fail. */
function unhurried(bureauUrl: string): FreshStart["config"] {
  return {
    ...config(bureauUrl),
    CREDIT_BUREAU_TIMEOUT_MS: 2_000,
    CREDIT_STORE_TIMEOUT_MS: 10_000,
    CREDIT_ANSWER_TIMEOUT_MS: 20_000,
  };
}

/** The same account and key, its tables elsewhere. */
function tablesAt(url: string): string {
  return azurite.connectionString.replace(
    /TableEndpoint=[^;]*/,
    `TableEndpoint=${url}/devstoreaccount1`,
  );
}

/** Asks from a new process, all at once, and says how long that took. */
async function askAfresh(
  label: string,
  setting: FreshStart["config"],
  calls: readonly CreditCheckRequest[],
) {
  const child = fork(join(import.meta.dirname, "freshStart.ts"));
  child.send({ config: setting, calls } satisfies FreshStart);
  const [answers] = (await once(child, "message")) as [FreshAnswer[]];
  const times = answers.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  const slowest = times.at(-1) ?? Number.NaN;
  process.stdout.write(
    `credit check, ${label}: p50 ${times[CALLS / 2]?.toFixed(0)} ms, p99 ${times[CALLS - 2]?.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms\n`,
  );
  return { answers, slowest, sources: new Set(answers.map(({ decision }) => decision.source)) };
}

const questions = () => Array.from({ length: CALLS }, () => aQuestion());

describe("a hundred calls at once from a fresh start answer in time", () => {
  it("with everything up but the table not yet created", async () => {
    const fresh = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
    const setting = config(bureau.url, fresh.connectionString);

    const { slowest } = await askAfresh("no table yet", setting, questions());

    await fresh.stop();
    expect(slowest).toBeLessThan(PROMISED_MS);
  });

  it("with everything up", async () => {
    await createCreditCheck(unhurried(bureau.url), systemClock)(aQuestion(), "makes the table");

    const { slowest, sources } = await askAfresh("all up", config(bureau.url), questions());

    expect(slowest).toBeLessThan(PROMISED_MS);
    expect(sources).toContain("bureau");
  });

  it("with the bureau hanging", async () => {
    const { slowest, sources } = await askAfresh("bureau hanging", config(silent.url), questions());

    expect(slowest).toBeLessThan(PROMISED_MS);
    expect([...sources]).toEqual(["policy"]);
  });

  it("with the bureau hanging, by the account's last decision where there is one", async () => {
    const known = questions();
    const teach = createCreditCheck(unhurried(bureau.url), systemClock);
    await Promise.all(known.map((question) => teach(question, question.requestId)));

    const again = known.map(({ accountId }) => aQuestion({ accountId, amount: "10000" }));
    const { slowest, sources, answers } = await askAfresh(
      "bureau hanging, accounts known",
      config(silent.url),
      again,
    );

    expect(slowest).toBeLessThan(PROMISED_MS);
    expect(sources).toContain("last-decision");
    expect(
      answers
        .filter(({ decision }) => decision.source === "last-decision")
        .every(({ decision }) => decision.decision === "approve"),
    ).toBe(true);
  });

  it("with tables refused", async () => {
    const { slowest, sources } = await askAfresh(
      "tables refused",
      config(bureau.url, tablesAt(await refusedUrl())),
      questions(),
    );

    expect(slowest).toBeLessThan(PROMISED_MS);
    expect(sources).toContain("bureau");
  });

  it("with tables silent", async () => {
    const { slowest, sources } = await askAfresh(
      "tables silent",
      config(bureau.url, tablesAt(silent.url)),
      questions(),
    );

    expect(slowest).toBeLessThan(PROMISED_MS);
    expect(sources).toContain("bureau");
  });

  it("with the bureau hanging and tables silent", async () => {
    const { slowest, sources } = await askAfresh(
      "both silent",
      config(silent.url, tablesAt(silent.url)),
      questions(),
    );

    expect(slowest).toBeLessThan(PROMISED_MS);
    expect([...sources]).toEqual(["policy"]);
  });

  it("with the bureau hanging and tables refused", async () => {
    const { slowest, sources } = await askAfresh(
      "bureau hanging, tables refused",
      config(silent.url, tablesAt(await refusedUrl())),
      questions(),
    );

    expect(slowest).toBeLessThan(PROMISED_MS);
    expect([...sources]).toEqual(["policy"]);
  });
});

it("answers with the bureau's decline though storing outlasts the time there is", async () => {
  const declining = await startHttp((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ decision: "decline", reason: "over-limit", limit: "1", currency: "EUR" }),
    );
  });
  const setting = {
    ...config(declining.url, tablesAt(silent.url)),
    CREDIT_BUREAU_TIMEOUT_MS: 4_000,
    CREDIT_STORE_TIMEOUT_MS: 1_000,
    CREDIT_ANSWER_TIMEOUT_MS: 1_500,
    CREDIT_POLICY_LIMIT: "10000",
  };
  const checkCredit = createCreditCheck(setting, systemClock);

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => checkCredit(aQuestion(), "k1")),
  );
  await declining.stop();

  expect(
    new Set(answers.map(({ body }) => (JSON.parse(body) as { decision: string }).decision)),
  ).toEqual(new Set(["decline"]));
  expect(answers.every(({ missing }) => missing.join() === "store")).toBe(true);
});

describe("the store", () => {
  it("replays an answer byte for byte, from another process too", async () => {
    const question = aQuestion();
    const first = await createCreditCheck(unhurried(bureau.url), systemClock)(question, "k1");

    const again = await createCreditCheck(unhurried(silent.url), systemClock)(question, "k1");

    expect(again).toEqual({ body: first.body, replayed: true, missing: [] });
  });

  it("lets the first of several answers under one key stand", async () => {
    const question = aQuestion();
    const checks = Array.from({ length: 10 }, () =>
      createCreditCheck(unhurried(bureau.url), systemClock),
    );

    const answers = await Promise.all(checks.map((check) => check(question, "k1")));

    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.flatMap(({ missing }) => missing)).toEqual([]);
  });

  it("refuses a key used for another question", async () => {
    const question = aQuestion();
    const checkCredit = createCreditCheck(unhurried(bureau.url), systemClock);
    await checkCredit(question, "k1");

    const refused = checkCredit({ ...question, amount: "1" }, "k1");

    await expect(refused).rejects.toMatchObject({ code: "key-reused" });
  });
});

describe("a bureau that makes no sense counts as none", () => {
  it.each([
    ["fails", 500, "{}"],
    ["refuses the question", 422, "{}"],
    ["throttles", 429, "{}"],
    ["points elsewhere", 302, ""],
    ["speaks no JSON", 200, "<html>"],
    ["knows another verdict", 200, '{"decision":"maybe","reason":"?"}'],
    ["gives its limit as a float", 200, '{"decision":"approve","reason":"ok","limit":0.1}'],
    ["nests without end", 200, "[".repeat(5_000)],
  ])("when it %s", async (_fault, status, body) => {
    const odd = await startHttp((request, response) => {
      request.resume();
      response.writeHead(status, { location: bureau.url }).end(body);
    });
    const checkCredit = createCreditCheck(unhurried(odd.url), systemClock);

    const answer = await checkCredit(aQuestion(), randomUUID());

    await odd.stop();
    expect(JSON.parse(answer.body)).toMatchObject({ decision: "review", source: "policy" });
    expect(answer.missing).toEqual(["bureau"]);
  });
});

it("asks the bureau once, under the caller's key", async () => {
  const keys: unknown[] = [];
  const watched = await startHttp((request, response) => {
    keys.push(request.headers["idempotency-key"]);
    response.writeHead(503).end();
  });

  await createCreditCheck(unhurried(watched.url), systemClock)(aQuestion(), 'with "quotes" and \\');

  await watched.stop();
  expect(keys).toEqual(['"with \\"quotes\\" and \\\\"']);
});

it("asks a dead bureau no more until it may have recovered", async () => {
  let asked = 0;
  const hanging = await startHttp(() => void asked++);
  const checkCredit = createCreditCheck(
    { ...unhurried(hanging.url), CREDIT_BUREAU_TIMEOUT_MS: 200 },
    systemClock,
  );
  for (let call = 0; call < 5; call++) await checkCredit(aQuestion(), randomUUID());

  const { body } = await checkCredit(aQuestion(), randomUUID());

  await hanging.stop();
  expect(JSON.parse(body)).toMatchObject({ source: "policy" });
  expect(asked).toBe(5);
});

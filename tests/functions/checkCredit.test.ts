import { describe, expect, it } from "vitest";
import { registerCheckCredit } from "../../functions/checkCredit.ts";
import type { CheckCredit } from "../../shared/domain/checkCredit.ts";
import { TerminalError } from "../../shared/errors.ts";
import { callHttp } from "../support/httpCall.ts";
import { recordingApp } from "../support/recordingApp.ts";

const question = {
  requestId: "7D8F2A90-1B1C-4A7E-9F4E-0C6F6F2D9B11",
  orderId: "0f0e2b6a-5c9d-4a55-8f6c-2d1b7a9c3e44",
  orderTable: "contoso_order",
  accountId: "5b2c9d1e-3f4a-4b6c-8d7e-9f0a1b2c3d4e",
  amount: "1249.5000",
  currency: "EUR",
};
const headers = { "idempotency-key": '"request-digest"' };
const given = '{"decision":"approve",  "source":"bureau"}';

function aFunction(check?: CheckCredit) {
  const asked: Parameters<CheckCredit>[] = [];
  const app = recordingApp();
  const checkCredit: CheckCredit = async (...args) => {
    asked.push(args);
    return check?.(...args) ?? { body: given, replayed: false, missing: [] };
  };
  registerCheckCredit(app, { checkCredit });
  return { app, asked };
}

it("answers 200 with the very bytes of the decision", async () => {
  const { app, asked } = aFunction();

  const answer = await callHttp(app, "checkCredit", { headers, body: question });

  expect(answer).toMatchObject({ status: 200, text: given });
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(asked).toEqual([
    [{ ...question, requestId: question.requestId.toLowerCase() }, "request-digest"],
  ]);
});

it("needs a function key and takes POST credit-checks only", () => {
  const { app } = aFunction();

  expect(app.https.get("checkCredit")).toMatchObject({
    authLevel: "function",
    methods: ["POST"],
    route: "credit-checks",
  });
});

describe("bad input is refused before anybody is asked", () => {
  it("answers 400 without an Idempotency-Key", async () => {
    const { app, asked } = aFunction();

    const answer = await callHttp(app, "checkCredit", { body: question });

    expect(answer).toMatchObject({ status: 400, json: { code: "idempotency-key-missing" } });
    expect(asked).toEqual([]);
  });

  it.each([
    ["accountId", undefined],
    ["accountId", "42"],
    ["amount", 1249.5],
    ["amount", "-1"],
    ["amount", "1,249.50"],
    ["amount", "1e3"],
    ["currency", "eur"],
    ["orderTable", "Contoso Order"],
    ["discount", "5"],
  ])("answers 422 naming %s when it is %j", async (field, value) => {
    const { app, asked } = aFunction();

    const answer = await callHttp(app, "checkCredit", {
      headers,
      body: { ...question, [field]: value },
    });

    expect(answer).toMatchObject({ status: 422, json: { code: "invalid", field } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(asked).toEqual([]);
  });

  it.each(["1249.5", "1249.50", "1E2", "9007199254740993"])(
    "answers 422 when the amount is the number %s, however it is written",
    async (number) => {
      const { app, asked } = aFunction();

      const answer = await callHttp(app, "checkCredit", {
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(question).replace('"1249.5000"', number),
      });

      expect(answer).toMatchObject({ status: 422, json: { code: "invalid", field: "amount" } });
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ["malformed-json", 400, "{"],
    ["too-deep", 400, "[".repeat(5_000)],
    ["too-large", 413, `"${"x".repeat(70_000)}"`],
  ])("answers %s with %i", async (code, status, body) => {
    const { app } = aFunction();

    const answer = await callHttp(app, "checkCredit", {
      headers: { ...headers, "content-type": "application/json" },
      body,
    });

    expect(answer).toMatchObject({ status, json: { code } });
  });

  it("answers 415 to another content type", async () => {
    const { app } = aFunction();

    const answer = await callHttp(app, "checkCredit", {
      headers: { ...headers, "content-type": "text/plain" },
      body: JSON.stringify(question),
    });

    expect(answer.status).toBe(415);
  });
});

it("answers 422 to a key that was used for another question", async () => {
  const { app } = aFunction(() =>
    Promise.reject(new TerminalError("key-reused", "another question")),
  );

  const answer = await callHttp(app, "checkCredit", { headers, body: question });

  expect(answer).toMatchObject({ status: 422, json: { code: "key-reused" } });
});

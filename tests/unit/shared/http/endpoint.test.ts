import { type HttpHandler, HttpRequest } from "@azure/functions";
import { expect, test } from "vitest";
import { ParkError, TerminalError } from "../../../../shared/errors.ts";
import { endpoint } from "../../../../shared/http/endpoint.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { recordingContext } from "../../../support/recordingContext.ts";

const request = () => new HttpRequest({ method: "POST", url: "http://localhost/api/x" });
const bodyOf = (answer: unknown) =>
  JSON.parse((answer as { body: string }).body) as Record<string, unknown>;

async function ask(handler: HttpHandler) {
  const { context, lines } = recordingContext();
  return { answer: await endpoint(handler)(request(), context), lines };
}

test("passes the handler's own answer on", async () => {
  const { answer, lines } = await ask(() => ({ status: 202 }));

  expect(answer).toEqual({ status: 202 });
  expect(lines).toEqual([]);
});

test("a refusal is problem details that name the field", async () => {
  const { answer } = await ask(() => {
    throw new TerminalError("invalid", "orderId: no guid", { field: "orderId" });
  });

  expect(answer).toMatchObject({
    status: 422,
    headers: { "content-type": "application/problem+json" },
  });
  expect(bodyOf(answer)).toMatchObject({ status: 422, code: "invalid", field: "orderId" });
});

test.each([
  new Error("getaddrinfo ENOTFOUND secret-host"),
  new ParkError("bus-unavailable", "secret-host"),
  "secret-host",
  undefined,
])(
  "anything else is 503 with Retry-After, a log line, and nothing of our inside",
  async (thrown) => {
    const { answer, lines } = await ask(() => {
      throw thrown;
    });

    expect(answer).toMatchObject({
      status: 503,
      headers: { "content-type": "application/problem+json", "retry-after": "5" },
    });
    expect(JSON.stringify(answer)).not.toContain("secret-host");
    expect(lines).toMatchObject([{ level: "error", event: "request failed" }]);
  },
);

test("answers 503 at its limit, however long the work takes", async () => {
  const clock = fakeClock();
  const handler = endpoint(() => new Promise<never>(() => undefined), { ms: 9_500, clock });
  const answers: unknown[] = [];
  const pending = Promise.resolve(handler(request(), recordingContext().context)).then((answer) =>
    answers.push(answer),
  );

  clock.advance(9_499);
  await new Promise(setImmediate);
  expect(answers).toEqual([]);

  clock.advance(1);
  await pending;
  expect(answers).toMatchObject([{ status: 503 }]);
});

import { expect, test } from "vitest";
import { registerDiscardCommand } from "../../functions/discardCommand.ts";
import { ParkError, TerminalError } from "../../shared/errors.ts";
import { createCallerOf } from "../../shared/http/caller.ts";
import { ROW } from "../support/aChangeEvent.ts";
import { callHttp } from "../support/httpCall.ts";
import { recordingApp } from "../support/recordingApp.ts";

function anEndpoint(failure?: Error) {
  const app = recordingApp();
  const asked: unknown[] = [];
  registerDiscardCommand(app, {
    callerOf: createCallerOf({ easyAuth: true }),
    discardCommand: async (order, sequence, by) => {
      asked.push([order, sequence, by]);
      if (failure !== undefined) throw failure;
      return { sequence, reason: "warehouse-refused", at: 1, by };
    },
  });
  const post = (id: string, sequence: string, headers: Record<string, string> = {}) =>
    callHttp(app, "discardCommand", { params: { id, sequence }, headers });
  return { app, asked, post };
}

test("listens on POST orders/{id}/commands/{sequence}/discard with a key", () => {
  expect(anEndpoint().app.https.get("discardCommand")).toMatchObject({
    methods: ["POST"],
    route: "orders/{id}/commands/{sequence}/discard",
    authLevel: "function",
  });
});

test("a stopped command is discarded without a body, and 200 says what has become of it", async () => {
  const { post, asked } = anEndpoint();

  const answer = await post(ROW.toUpperCase(), "3");

  expect(asked).toEqual([[ROW, 3, "function-key"]]);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    order: ROW,
    state: "discarded",
    sequence: 3,
    reason: "warehouse-refused",
    at: 1,
    by: "function-key",
  });
});

test("a signed-in person is named", async () => {
  const { post, asked } = anEndpoint();
  const claims = [{ typ: "oid", val: "5B6F2A1E-0000-4000-8000-000000000001" }];
  const principal = Buffer.from(JSON.stringify({ claims })).toString("base64");

  await post(ROW, "1", { "x-ms-client-principal": principal });

  expect(asked).toEqual([[ROW, 1, "5b6f2a1e-0000-4000-8000-000000000001"]]);
});

test("a caller who shows a principal without an object id is 403, and nothing is discarded", async () => {
  const { post, asked } = anEndpoint();

  expect((await post(ROW, "1", { "x-ms-client-principal": "e30=" })).status).toBe(403);
  expect(asked).toEqual([]);
});

test.each([
  ["42", "1"],
  [ROW, "0"],
  [ROW, "-1"],
  [ROW, "1.5"],
  [ROW, "one"],
  [ROW, "9".repeat(16)],
])("what names no command, order %s and number %s, is 404", async (id, sequence) => {
  const { post, asked } = anEndpoint();

  const answer = await post(id, sequence);

  expect(answer).toMatchObject({ status: 404, json: { code: "not-found" } });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(asked).toEqual([]);
});

test.each([
  ["an order without commands", new TerminalError("not-found", "unknown"), 404, "not-found"],
  [
    "a command that holds nothing up",
    new TerminalError("command-not-stopped", "command 1 holds nothing up"),
    422,
    "command-not-stopped",
  ],
  [
    "a command that is being replayed this moment",
    new ParkError("dispatch-busy", "busy"),
    503,
    "unavailable",
  ],
  ["tables down", new ParkError("storage-unavailable", "down"), 503, "unavailable"],
])("%s is a problem of its own kind", async (_what, failure, status, code) => {
  const answer = await anEndpoint(failure).post(ROW, "1");

  expect(answer).toMatchObject({ status, json: { status, code } });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
});

import type { IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Loopback, startHttp } from "../../support/loopback.ts";

export type AppCall = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** What the app answers: a status with JSON, or nothing at all. */
export type AppAnswer = { readonly status: number; readonly body?: unknown } | "silence";

/** An app that records what Dataverse sends it and answers as told. */
export function useFakeApp(register: (url: string) => Promise<unknown>) {
  let loopback: Loopback | undefined;
  let calls: AppCall[] = [];
  let answer: (call: AppCall) => AppAnswer = () => ({ status: 200 });

  beforeAll(async () => {
    loopback = await startHttp((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { url: path = "", headers } = request;
        const call = { path, headers, body: Buffer.concat(chunks) };
        calls.push(call);
        const said = answer(call);
        if (said === "silence") return;
        response.writeHead(said.status, { "content-type": "application/json" });
        response.end(said.body === undefined ? undefined : JSON.stringify(said.body));
      });
    });
  });
  beforeEach(async () => {
    calls = [];
    answer = ({ path }) =>
      path === "/api/credit-checks"
        ? { status: 200, body: { decision: "approve" } }
        : { status: 202 };
    await register(loopback?.url ?? "");
  });
  afterAll(() => loopback?.stop());

  return {
    calls: (path: string) => calls.filter((call) => call.path === path),
    /** Answers for one path; the other is well behaved. */
    answers: (path: string, next: (call: AppCall) => AppAnswer) => {
      const before = answer;
      answer = (call) => (call.path === path ? next(call) : before(call));
    },
  };
}

export const creditChecks = "/api/credit-checks";
export const webhook = "/api/webhooks/dataverse";

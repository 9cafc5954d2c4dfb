import { describe, expect, it } from "vitest";
import { createDataverseApi, keyText } from "../../../../shared/adapters/dataverseApi.ts";
import { ExactNumber } from "../../../../shared/exactNumber.ts";

function anEnvironment(...answers: (() => Response | Promise<Response>)[]) {
  const calls: { readonly url: string; readonly init: RequestInit }[] = [];
  const api = createDataverseApi({
    url: "https://contoso.crm4.dynamics.com",
    accessToken: async () => "secret-token",
    timeoutMs: 50,
    fetch: async (url, init) => {
      calls.push({ url: url as string, init: init ?? {} });
      const answer = answers[calls.length - 1] ?? (() => new Response(null, { status: 204 }));
      return await answer();
    },
  });
  return { api, calls };
}

const status =
  (code: number, body = "", headers = {}) =>
  () =>
    new Response(body === "" ? null : body, { status: code, headers });

describe("a read", () => {
  it("asks under the identity's token, past any cache", async () => {
    const { api, calls } = anEnvironment(status(200, "{}"));

    await api.get("salesorders(1)");

    expect(calls).toMatchObject([
      {
        url: "https://contoso.crm4.dynamics.com/api/data/v9.2/salesorders(1)",
        init: {
          method: "GET",
          redirect: "error",
          headers: { authorization: "Bearer secret-token", "if-none-match": "null" },
        },
      },
    ]);
  });

  it("keeps the digits of decimals", async () => {
    const { api } = anEnvironment(status(200, '{"totalamount":1249.5000,"lines":2}'));

    expect(await api.get("salesorders(1)")).toEqual({
      totalamount: new ExactNumber("1249.5000"),
      lines: 2,
    });
  });

  it("finds nothing where there is no row", async () => {
    const { api } = anEnvironment(status(404, '{"error":{"code":"0x80040217","message":"no"}}'));

    expect(await api.get("salesorders(1)")).toBeUndefined();
  });

  it.each([
    ["table", '{"error":{"code":"0x80060888","message":"Resource not found for the segment"}}'],
    ["environment", "<html>"],
  ])("does not take a %s that is not there for a row that is not there", async (_what, body) => {
    const { api } = anEnvironment(status(404, body));

    await expect(api.get("salesorders(1)")).rejects.toMatchObject({ name: "RetryableError" });
  });

  it("does not wait for a token longer than for an answer", async () => {
    const api = createDataverseApi({
      url: "https://contoso.crm4.dynamics.com",
      accessToken: () => new Promise(() => undefined),
      timeoutMs: 20,
      fetch: async () => new Response("{}"),
    });

    await expect(api.get("salesorders(1)")).rejects.toMatchObject({ name: "RetryableError" });
  });

  it("honours service protection", async () => {
    const { api } = anEnvironment(status(429, "", { "retry-after": "17" }));

    await expect(api.get("salesorders(1)")).rejects.toMatchObject({
      name: "RetryableError",
      code: "dataverse",
      retryAfterMs: 17_000,
    });
  });

  it.each([401, 403, 500, 503])("that is answered %i may be tried again", async (code) => {
    const { api } = anEnvironment(status(code));

    await expect(api.get("salesorders(1)")).rejects.toMatchObject({ name: "RetryableError" });
  });

  it("that Dataverse refuses tells its code, and neither message nor token", async () => {
    const body = '{"error":{"code":"0x80060888","message":"column of Mr Smith"}}';
    const { api } = anEnvironment(status(400, body));

    await expect(api.get("salesorders(1)")).rejects.toMatchObject({
      name: "TerminalError",
      code: "dataverse-refused",
      message: "Dataverse answered 400 (0x80060888)",
    });
  });

  it("that is answered with something else than JSON may be tried again", async () => {
    const { api } = anEnvironment(status(200, "<html>"));

    await expect(api.get("salesorders(1)")).rejects.toMatchObject({ name: "RetryableError" });
  });
});

describe("an upsert", () => {
  it("writes the row under its alternate key", async () => {
    const { api, calls } = anEnvironment();

    await api.upsert(`rows(key=${keyText("a'b/c")})`, { total: "99.90" });

    expect(calls).toMatchObject([
      {
        url: "https://contoso.crm4.dynamics.com/api/data/v9.2/rows(key='a''b%2Fc')",
        init: { method: "PATCH", body: '{"total":"99.90"}' },
      },
    ]);
  });

  it.each([409, 412])("that meets another on a new key (%i) is repeated once", async (code) => {
    const { api, calls } = anEnvironment(status(code));

    await api.upsert("rows(key='a')", {});

    expect(calls).toHaveLength(2);
  });

  it("has one time limit for both tries", async () => {
    const { api, calls } = anEnvironment(status(409));

    await api.upsert("rows(key='a')", {});

    const [first, second] = calls.map(({ init }) => init.signal);
    expect(first).toBeInstanceOf(AbortSignal);
    expect(second).toBe(first);
  });

  it("that meets another twice may be tried again later", async () => {
    const { api, calls } = anEnvironment(status(412), status(412));

    await expect(api.upsert("rows(key='a')", {})).rejects.toMatchObject({ name: "RetryableError" });
    expect(calls).toHaveLength(2);
  });
});

describe("a create", () => {
  it("leaves a row that is there as it is", async () => {
    const { api, calls } = anEnvironment(status(412));

    await api.create("contoso_fulfilments(contoso_submission='a')", {});

    expect(calls).toMatchObject([{ init: { method: "PATCH", headers: { "if-none-match": "*" } } }]);
  });

  it("may be tried again when another one is under way", async () => {
    const { api } = anEnvironment(status(409));

    await expect(api.create("contoso_fulfilments(contoso_submission='a')", {})).rejects.toThrow(
      "Dataverse answered 409",
    );
  });
});

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createKeyedHttp } from "../../../../shared/adapters/keyedHttp.ts";

const Answer = z.object({ outcome: z.string(), amount: z.string().optional() });

type Call = { readonly url: string; readonly init: RequestInit };

function aTarget(answer: () => Response | Promise<Response>) {
  const calls: Call[] = [];
  const { post, has } = createKeyedHttp({
    target: "inventory",
    baseUrl: "http://inventory",
    timeoutMs: 50,
    fetch: async (url, init) => {
      calls.push({ url: url as string, init: init ?? {} });
      return await answer();
    },
  });
  return { calls, has, post: () => post("/reservations", 'order:"1"', { amount: "1.50" }, Answer) };
}

const json =
  (body: string, init: ResponseInit = {}) =>
  () =>
    new Response(body, init);

describe("a keyed call", () => {
  it("carries its key as a quoted string, follows no redirect and is made once", async () => {
    const { calls, post } = aTarget(json('{"outcome":"reserved"}'));

    const answer = await post();

    expect(answer).toEqual({ outcome: "reserved" });
    expect(calls).toMatchObject([
      {
        url: "http://inventory/reservations",
        init: {
          method: "POST",
          redirect: "error",
          headers: { "idempotency-key": '"order:\\"1\\""', "content-type": "application/json" },
          body: '{"amount":"1.50"}',
        },
      },
    ]);
  });

  it.each([500, 502, 503, 401, 403, 408, 409, 423, 425, 429])(
    "that is answered %i may be tried again",
    async (status) => {
      const { post } = aTarget(json("", { status }));

      await expect(post()).rejects.toMatchObject({ name: "RetryableError", code: "inventory" });
    },
  );

  it("that is throttled says how long the target asks to wait", async () => {
    const { post } = aTarget(json("", { status: 429, headers: { "retry-after": "12" } }));

    await expect(post()).rejects.toMatchObject({ retryAfterMs: 12_000 });
  });

  it.each([400, 404, 422])("that is answered %i is refused for good", async (status) => {
    const { post } = aTarget(json("", { status }));

    await expect(post()).rejects.toMatchObject({
      name: "TerminalError",
      code: "inventory-refused",
    });
  });

  it.each(["", "<html>", "[]", '{"outcome":1}', '{"outcome":"reserved"'])(
    "that is answered %j may be tried again",
    async (body) => {
      const { post } = aTarget(json(body));

      await expect(post()).rejects.toMatchObject({ name: "RetryableError", code: "inventory" });
    },
  );

  it("that is answered without an end is given up in time, not kept in memory", async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    });
    const { post } = aTarget(async () => new Response(endless));

    await expect(post()).rejects.toMatchObject({ name: "RetryableError", code: "inventory" });
  });

  it("that finds nobody may be tried again", async () => {
    const { post } = aTarget(() => Promise.reject(new TypeError("fetch failed")));

    await expect(post()).rejects.toMatchObject({ name: "RetryableError", code: "inventory" });
  });
});

describe("a keyed call that may have had its effect", () => {
  const uncertain = {
    target: "inventory",
    path: "/reservations/order%3A%221%22",
    key: 'order:"1"',
  };

  it.each([
    ["is answered 503", json("", { status: 503 })],
    ["meets its own first call", json("", { status: 409 })],
    ["is answered something unreadable", json("<html>")],
    ["finds nobody", () => Promise.reject(new TypeError("fetch failed"))],
  ])("because it %s says where to ask", async (_case, answer) => {
    await expect(aTarget(answer).post()).rejects.toMatchObject({ uncertain });
  });

  it("is not one that was turned away", async () => {
    const throttled = aTarget(json("", { status: 429 }));

    await expect(throttled.post()).rejects.toMatchObject({ uncertain: undefined });
  });

  it("is asked for there", async () => {
    const answers = [json("{}"), json("", { status: 404 })].map(aTarget);

    const had = await Promise.all(answers.map(({ has }) => has(uncertain.path)));

    expect(had).toEqual([true, false]);
    expect(answers[0]?.calls).toMatchObject([
      { url: "http://inventory/reservations/order%3A%221%22" },
    ]);
  });

  it.each([500, 401, 403, 409])(
    "stays one where the target, asked for it, answers %i and does not tell",
    async (status) => {
      const { has } = aTarget(json("", { status }));

      expect(await has(uncertain.path)).toBeUndefined();
    },
  );

  it.each([
    ["answers 429", json("", { status: 429 })],
    ["answers 502", json("", { status: 502 })],
    ["answers 503", json("", { status: 503 })],
    ["answers 504", json("", { status: 504 })],
    ["is gone", () => Promise.reject(new TypeError("fetch failed"))],
  ])("stays one while the target is away: it %s", async (_case, answer) => {
    await expect(aTarget(answer).has(uncertain.path)).rejects.toMatchObject({
      name: "RetryableError",
    });
  });
});

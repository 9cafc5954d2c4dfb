import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { limitRequests } from "../../../../../local/host/http/limitRequests.ts";
import type { Route } from "../../../../../local/host/http/routeTable.ts";

/** Requests that run until they are told to end. */
function requests(maxConcurrentRequests: number, maxOutstandingRequests: number) {
  const running = new Map<string, PromiseWithResolvers<void>>();
  const call = limitRequests(
    async (_request, _response, url) => {
      const gate = Promise.withResolvers<void>();
      running.set(url.pathname, gate);
      await gate.promise.finally(() => running.delete(url.pathname));
    },
    { maxConcurrentRequests, maxOutstandingRequests },
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    running: () => [...running.keys()],
    send: (path: string) => {
      const request = new IncomingMessage(new Socket());
      const response = new ServerResponse(request);
      const done = call(request, response, new URL(path, "http://host"), {} as Route);
      return { done, status: async () => done.then(() => response.statusCode) };
    },
    end: async (path: string, error?: Error) => {
      const gate = running.get(path);
      if (error === undefined) gate?.resolve();
      else gate?.reject(error);
      await settled();
    },
  };
}

test("so many run at once; the others follow in order", async () => {
  const { send, running, end } = requests(2, 10);
  for (const path of ["/1", "/2", "/3", "/4"]) send(path);

  expect(running()).toEqual(["/1", "/2"]);
  await end("/2");
  expect(running()).toEqual(["/1", "/3"]);
  await end("/1");
  expect(running()).toEqual(["/3", "/4"]);
});

test("one too many is answered 429, and has a place again later", async () => {
  const { send, running, end } = requests(1, 2);
  send("/1");
  send("/2");

  expect(await send("/3").status()).toBe(429);
  await end("/1");
  await end("/2");
  send("/4");

  expect(running()).toEqual(["/4"]);
});

test("a request that fails gives its place on", async () => {
  const { send, running, end } = requests(1, 10);
  const first = send("/1");
  send("/2");
  first.done.catch(() => {});

  await end("/1", new Error("on purpose"));

  expect(running()).toEqual(["/2"]);
});

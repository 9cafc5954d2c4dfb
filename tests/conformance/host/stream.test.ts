import { afterAll, beforeAll, expect, test } from "vitest";
import { type HostChild, startHostChild } from "./startHostChild.ts";

let host: HostChild;
beforeAll(async () => {
  host = await startHostChild("stream");
});
afterAll(async () => {
  await host.stop();
});

const url = (path: string) => `${host.info.url}/api/${path}`;

test("the answer streams while the request is still being sent", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const sent = writer.write(encoder.encode("first "));
  const response = await fetch(url("upper/5?q=a&q=b"), {
    method: "POST",
    body: readable,
    duplex: "half",
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await sent;
  const first = await reader?.read();
  await writer.write(encoder.encode("second"));
  await writer.close();
  const second = await reader?.read();

  expect([first?.value, second?.value]).toEqual(["FIRST ", "SECOND"]);
  expect(response.headers.get("x-id")).toBe("5");
});

test("a repeated query name has its first value, unlike in buffered mode", async () => {
  const response = await fetch(url("upper/5?q=a&q=b"), { method: "POST", body: "x" });

  expect(response.headers.get("x-first-q")).toBe("a");
  expect(await response.text()).toBe("X");
});

test.each([
  ["nothing", 204],
  ["throws", 500],
  ["guarded", 401],
])("%s is answered by the host with %i", async (path, status) => {
  const response = await fetch(url(path));

  expect(response.status).toBe(status);
});

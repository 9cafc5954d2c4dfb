import { ReadableStream } from "node:stream/web";
import { expect, test } from "vitest";
import { readBody } from "../../../../shared/http/readBody.ts";

/** An endless body; counts what was pulled from it. */
function endless() {
  let pulled = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += 1_024;
        controller.enqueue(new Uint8Array(1_024));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, pulled: () => pulled, cancelled: () => cancelled };
}

test("stops reading where the limit is passed", async () => {
  const stream = endless();
  const request = { headers: new Headers(), body: stream.body };

  await expect(readBody(request, { maxBytes: 10_240 })).rejects.toMatchObject({
    code: "too-large",
  });
  expect(stream.pulled()).toBe(11 * 1_024);
  expect(stream.cancelled()).toBe(true);
});

test("reads nothing of a body that declares itself too large", async () => {
  const stream = endless();
  const request = { headers: new Headers({ "content-length": "10241" }), body: stream.body };

  await expect(readBody(request, { maxBytes: 10_240 })).rejects.toMatchObject({
    code: "too-large",
  });
  expect(stream.pulled()).toBe(0);
});

test("an absent body is empty", async () => {
  await expect(
    readBody({ headers: new Headers(), body: null }, { maxBytes: 1 }),
  ).resolves.toHaveLength(0);
});

import { expect, test } from "vitest";
import { toHttpData } from "../../../../../local/host/converters/toHttpData.ts";

const parts = {
  method: "POST",
  url: new URL("http://localhost:7071/api/x?q=a&q=b&code=k"),
  headers: { accept: "text/plain", "set-cookie": ["a", "b"], "x-ms-client-principal": "forged" },
  parameters: { id: "7" },
  body: Buffer.from("body"),
};

test("joins what comes several times and drops the client principal", () => {
  expect(toHttpData(parts)).toEqual({
    method: "POST",
    url: "http://localhost:7071/api/x?q=a&q=b&code=k",
    nullableHeaders: { accept: { value: "text/plain" }, "set-cookie": { value: "a, b" } },
    nullableQuery: { q: { value: "a,b" }, code: { value: "k" } },
    nullableParams: { id: { value: "7" } },
    body: { bytes: parts.body },
  });
});

test("no body is null, so that the library makes none", () => {
  expect(toHttpData({ ...parts, body: undefined }).body).toBeNull();
  expect(toHttpData({ ...parts, body: Buffer.alloc(0) }).body).toBeNull();
});

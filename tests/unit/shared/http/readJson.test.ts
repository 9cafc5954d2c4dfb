import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readJson } from "../../../../shared/http/readJson.ts";

const schema = z.strictObject({ name: z.string(), total: z.string().optional() });

function read(body: string | Uint8Array, contentType = "application/json", maxBytes?: number) {
  const request = new HttpRequest({
    method: "POST",
    url: "http://localhost/api/x",
    headers: { ...(contentType !== "" && { "content-type": contentType }) },
    body: typeof body === "string" ? { string: body } : { bytes: body },
  });
  return readJson(request, schema, { ...(maxBytes !== undefined && { maxBytes }) });
}

const refusal = (code: string, field?: string) =>
  expect.objectContaining({ name: "TerminalError", code, ...(field !== undefined && { field }) });

describe("content type", () => {
  test.each([
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON;Charset="UTF-8"',
    "application/merge-patch+json",
  ])("reads %s", async (contentType) => {
    await expect(read('{"name":"a"}', contentType)).resolves.toEqual({ name: "a" });
  });

  test.each(["", "text/plain", "application/xml", "application/json; charset=latin1", "json"])(
    "refuses %j before it looks at the body",
    async (contentType) => {
      await expect(read("{", contentType)).rejects.toEqual(refusal("unsupported-media-type"));
    },
  );
});

describe("body", () => {
  test("a leading BOM is no part of it", async () => {
    await expect(read('\ufeff{"name":"a"}')).resolves.toEqual({ name: "a" });
  });

  test.each(["1249.5", "1249.5000", "1E2"])("the number %s is no text", async (number) => {
    await expect(read(`{"name":"a","total":${number}}`)).rejects.toEqual(
      refusal("invalid", "total"),
    );
  });

  test.each([
    ["empty", "", "malformed-json"],
    ["truncated", '{"name":"a', "malformed-json"],
    ["nested 5,000 deep", "[".repeat(5_000) + "]".repeat(5_000), "too-deep"],
    ["no UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), "invalid-utf8"],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]), "invalid-utf8"],
    ["larger than allowed", `{"name":"${"a".repeat(64 * 1024)}"}`, "too-large"],
  ])("refuses one that is %s", async (_state, body, code) => {
    await expect(read(body)).rejects.toEqual(refusal(code));
  });

  test("is as large as allowed and no larger", async () => {
    const body = '{"name":"a"}';

    await expect(read(body, "application/json", body.length)).resolves.toEqual({ name: "a" });
    await expect(read(body, "application/json", body.length - 1)).rejects.toEqual(
      refusal("too-large"),
    );
  });
});

describe("contract", () => {
  test.each([
    ["a missing member", "{}", "name"],
    ["a wrong type", '{"name":7}', "name"],
    ["an unknown member", '{"name":"a","nmae":"b"}', "nmae"],
  ])("names the field of %s", async (_problem, body, field) => {
    await expect(read(body)).rejects.toEqual(refusal("invalid", field));
  });
});

import { expect, test } from "vitest";
import { createAuthorize } from "../../../../../local/host/http/keys.ts";

const keys = { master: "master-key", function: "function-key" };
const authorize = createAuthorize(keys, false);
const query = (text = "") => new URLSearchParams(text);

test.each([
  ["anonymous", undefined, "", true],
  ["function", undefined, "", false],
  ["function", "function-key", "", true],
  ["function", "master-key", "", true],
  ["function", undefined, "code=function-key", true],
  ["function", "wrong", "code=function-key", false],
  ["function", "", "", false],
  ["admin", "function-key", "", false],
  ["admin", "master-key", "", true],
  ["admin", undefined, "code=master-key", true],
] as const)("level %s with header %s and query %s: %s", (level, header, text, expected) => {
  expect(authorize(level, header, query(text))).toBe(expected);
});

test("without keys everything is open", () => {
  expect(createAuthorize(keys, true)("admin", undefined, query())).toBe(true);
});

test("an empty configured key opens nothing", () => {
  const open = createAuthorize({ master: "", function: "" }, false);

  expect(open("function", "", query("code="))).toBe(false);
});

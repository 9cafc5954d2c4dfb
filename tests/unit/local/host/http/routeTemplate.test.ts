import { describe, expect, test } from "vitest";
import { parseRouteTemplate } from "../../../../../local/host/http/routeTemplate.ts";

const match = (template: string, path: string) =>
  parseRouteTemplate(template).match(path === "" ? [] : path.split("/"));

describe("matching", () => {
  test.each([
    ["orders", "orders", {}],
    ["orders", "ORDERS", {}],
    ["orders/{id}", "orders/7", { id: "7" }],
    ["orders/{id?}", "orders", {}],
    ["orders/{id=5}", "orders", { id: "5" }],
    ["orders/{id:int}", "orders/-7", { id: "-7" }],
    ["orders/{id:int:min(5)}", "orders/5", { id: "5" }],
    [
      "{id:guid}",
      "6F9619FF-8B86-D011-B42D-00CF4FC964FF",
      { id: "6F9619FF-8B86-D011-B42D-00CF4FC964FF" },
    ],
    ["files/{*path}", "files/a/b/c", { path: "a/b/c" }],
    ["files/{**path}", "files", {}],
    ["{name}.{type}", "a.b.txt", { name: "a.b", type: "txt" }],
    ["v{version:int}/x", "v2/x", { version: "2" }],
    [String.raw`{code:regex(^\d{{3}}$)}`, "123", { code: "123" }],
    ["{code:regex(^(a|b)/?$)}", "a", { code: "a" }],
    ["{flag:bool}", "True", { flag: "True" }],
    ["{n:range(1,10)}", "10", { n: "10" }],
    ["{s:length(2,3)}", "abc", { s: "abc" }],
    ["{n:decimal}", "1.50", { n: "1.50" }],
    ["{n:long}", "9223372036854775807", { n: "9223372036854775807" }],
    ["", "", {}],
  ])("%s takes %s", (template, path, parameters) => {
    expect(match(template, path)).toEqual(parameters);
  });

  test.each([
    ["orders", "order"],
    ["orders/{id}", "orders"],
    ["orders/{id}", "orders/7/lines"],
    ["orders/{id:int}", "orders/seven"],
    ["orders/{id:int}", "orders/2147483648"],
    ["orders/{id:int:min(5)}", "orders/4"],
    ["{s:alpha}", "a1"],
    ["{s:minlength(3)}", "ab"],
    ["{s:maxlength(1)}", "ab"],
    ["{n:max(9)}", "10"],
    ["{n:double}", "one"],
    ["{name}.{type}", "nothing"],
  ])("%s leaves %s", (template, path) => {
    expect(match(template, path)).toBeUndefined();
  });
});

describe("order and identity", () => {
  test("the more precise template has the lower precedence", () => {
    const precedences = ["a/b", "a/x{y}", "a/{y:int}", "a/{y}", "a/{*y:int}", "a/{*y}"].map(
      (template) => parseRouteTemplate(template).precedence,
    );

    expect(precedences).toEqual([
      [1, 1],
      [1, 2],
      [1, 2],
      [1, 3],
      [1, 4],
      [1, 5],
    ]);
  });

  test("templates that differ in names and case only are the same", () => {
    const first = parseRouteTemplate("Orders/{id:int}").normalized;

    expect(parseRouteTemplate("orders/{number:int}").normalized).toBe(first);
    expect(parseRouteTemplate("orders/{number}").normalized).not.toBe(first);
  });
});

test.each(["a/{id", "a/{}", "{*rest}/a", "{id:unknown}", "{id:min(x)}"])(
  "%s is refused",
  (template) => {
    expect(() => parseRouteTemplate(template)).toThrow(/malformed|catch-all|not known/);
  },
);

import { expect, test } from "vitest";
import { publicUrl } from "../../../../shared/http/publicUrl.ts";

const urlFor = (headers: Record<string, string>, url = "http://127.0.0.1:7071/api/orders?code=s") =>
  publicUrl({ url, headers: new Headers(headers) });

test("is the request's own address without its query, which may hold a key", () => {
  expect(urlFor({})).toBe("http://127.0.0.1:7071/api/orders");
  expect(urlFor({}, "http://127.0.0.1:7071/api/orders/")).toBe("http://127.0.0.1:7071/api/orders");
});

test.each([
  ["api.contoso.com", "https", "https://api.contoso.com/api/orders"],
  ["api.contoso.com:8443, inner:80", "https, http", "https://api.contoso.com:8443/api/orders"],
  ["[::1]:7071", "http", "http://[::1]:7071/api/orders"],
])("is what was asked of the front end: %s, %s", (host, proto, url) => {
  expect(urlFor({ "x-forwarded-host": host, "x-forwarded-proto": proto })).toBe(url);
});

test.each([
  { "x-forwarded-host": "evil.example/path?" },
  { "x-forwarded-host": "user@evil.example" },
  { "x-forwarded-proto": "javascript" },
])("takes no notice of %j", (headers) => {
  expect(urlFor(headers)).toBe("http://127.0.0.1:7071/api/orders");
});

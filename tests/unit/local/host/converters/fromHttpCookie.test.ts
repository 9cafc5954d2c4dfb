import { expect, test } from "vitest";
import { fromHttpCookie } from "../../../../../local/host/converters/fromHttpCookie.ts";

test("writes every attribute", () => {
  const header = fromHttpCookie({
    name: "session",
    value: "a;b",
    domain: { value: "example.test" },
    path: { value: "/" },
    expires: { value: { seconds: 0 } },
    secure: { value: true },
    httpOnly: { value: true },
    sameSite: "explicitNone",
    maxAge: { value: 3.7 },
  });

  expect(header).toBe(
    "session=a%3Bb; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=3; domain=example.test; path=/; secure; samesite=none; httponly",
  );
});

test("a bare cookie is name and value", () => {
  expect(fromHttpCookie({ name: "a", value: "b", sameSite: "none" })).toBe("a=b");
});

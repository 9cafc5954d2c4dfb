import { expect, test } from "vitest";
import { createCallerOf } from "../../../../shared/http/caller.ts";

const OBJECT_ID = "7d1c2f7a-1b8e-4f65-9d60-3c1f0f2b9e11";
const principal = (claims: unknown) =>
  Buffer.from(JSON.stringify({ auth_typ: "aad", claims })).toString("base64");
const request = (value?: string) => ({
  headers: new Headers(value === undefined ? {} : { "x-ms-client-principal": value }),
});

test.each(["http://schemas.microsoft.com/identity/claims/objectidentifier", "oid"])(
  "behind Easy Auth the caller is the Entra object id in claim %s",
  (typ) => {
    const callerOf = createCallerOf({ easyAuth: true });

    const caller = callerOf(request(principal([{ typ, val: OBJECT_ID.toUpperCase() }])));

    expect(caller).toBe(OBJECT_ID);
  },
);

test("without Easy Auth a principal is nobody's word", () => {
  const callerOf = createCallerOf({ easyAuth: false });

  expect(callerOf(request(principal([{ typ: "oid", val: OBJECT_ID }])))).toBe("function-key");
});

test("a caller with a key only is called so", () => {
  expect(createCallerOf({ easyAuth: true })(request())).toBe("function-key");
});

test.each([
  ["without an object id", principal([{ typ: "name", val: "Ada" }])],
  ["that is no base64 JSON", "%%%"],
  ["without claims", Buffer.from("{}").toString("base64")],
])("refuses a principal %s", (_state, value) => {
  const callerOf = createCallerOf({ easyAuth: true });

  expect(() => callerOf(request(value))).toThrow(
    expect.objectContaining({ code: "unknown-caller" }),
  );
});

import { describe, expect, it } from "vitest";
import { parseResourcePath } from "../../../../../../local/standIns/dataverse/webApi/resourcePath.ts";

const id = "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01";

describe("parseResourcePath", () => {
  it("reads a set", () => {
    expect(parseResourcePath("salesorders")).toEqual({ kind: "set", set: "salesorders" });
  });

  it("reads a row by id, whatever the case of its digits", () => {
    const path = parseResourcePath(`salesorders(${id.toUpperCase()})`);

    expect(path).toEqual({ kind: "row", set: "salesorders", id });
  });

  it("reads a percent-encoded key with a doubled quote", () => {
    const path = parseResourcePath("accounts(accountnumber=%27O%27%27Brien%2C%20%28x%29%27)");

    const values = { accountnumber: { kind: "text", value: "O'Brien, (x)" } };
    expect(path).toEqual({ kind: "key", set: "accounts", values });
  });

  it("reads a key of several parts", () => {
    const path = parseResourcePath(`things(k1=2,_parent_value=${id},k2='x')`);

    expect(path).toMatchObject({
      values: {
        k1: { kind: "bare", value: "2" },
        _parent_value: { kind: "bare", value: id },
        k2: { kind: "text", value: "x" },
      },
    });
  });

  it.each(["", "accounts(", "accounts()", "accounts(a='x)", "accounts(a=)", "%E0%A4%A", "a/b"])(
    "refuses %j with 400",
    (path) => {
      const read = () => parseResourcePath(path);

      expect(read).toThrow(expect.objectContaining({ status: 400 }));
    },
  );
});

import { describe, expect, it } from "vitest";
import { contractJson } from "../../../../../../local/standIns/dataverse/pipeline/contractJson.ts";

describe("contractJson", () => {
  it("escapes slashes and control characters as the contract serializer does", () => {
    const text = contractJson({ a: "/Date(0)/", b: 'line one\nline "two"\t\\n \u0001' });

    expect(text).toBe(
      String.raw`{"a":"\/Date(0)\/","b":"line one\u000aline \"two\"\u0009\\n \u0001"}`,
    );
  });

  it("is read back unchanged by any JSON parser", () => {
    const value = { a: "C:\\new/table\r\n", b: ["/", "€"] };

    expect(JSON.parse(contractJson(value))).toEqual(value);
  });
});

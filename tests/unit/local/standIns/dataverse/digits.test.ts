import { describe, expect, it } from "vitest";
import { digitsOf, number, parseDigits } from "../../../../../local/standIns/dataverse/digits.ts";

describe("JSON with digits kept", () => {
  it.each(["1249.5000", "9007199254740993", "-0.10", "1.0000000000"])(
    "writes %s back as it came",
    (digits) => {
      const text = `{"a":[${digits}],"b":"1.50"}`;

      const written = JSON.stringify(parseDigits(text));

      expect(written).toBe(text);
    },
  );

  it("tells a number from text that looks like one", () => {
    const { a, b } = parseDigits('{"a":1.50,"b":"1.50"}') as { a: unknown; b: unknown };

    expect(digitsOf(a)).toBe("1.50");
    expect(digitsOf(b)).toBeUndefined();
  });

  it("writes decimal text as a number with all its digits", () => {
    const text = JSON.stringify({ value: number("99.9000") });

    expect(text).toBe('{"value":99.9000}');
  });
});

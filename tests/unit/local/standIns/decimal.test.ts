import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  subtractDecimals,
  withScale,
} from "../../../../local/standIns/decimal.ts";

describe("decimal text", () => {
  it.each([
    ["1249.5000", "1249.5", 0],
    ["0.1", "0.09", 1],
    ["-1", "0.0001", -1],
    ["9007199254740993", "9007199254740992", 1],
  ])("compares %s with %s by value", (left, right, expected) => {
    const compared = compareDecimals(left, right);

    expect(compared).toBe(expected);
  });

  it("adds what a double cannot", () => {
    const sum = addDecimals("0.1", "0.20");

    expect(sum).toBe("0.30");
  });

  it("multiplies without losing a digit", () => {
    const product = multiplyDecimals("1149.50", "2.0000000000");

    expect(compareDecimals(product, "2299")).toBe(0);
  });

  it.each([
    ["1249.5", 4, "1249.5000"],
    ["0.00005", 4, "0.0001"],
    ["-0.00005", 4, "-0.0001"],
    ["0.00004", 4, "0.0000"],
    ["7", 0, "7"],
  ])("writes %s with %d decimals as %s", (text, scale, expected) => {
    const scaled = withScale(text, scale);

    expect(scaled).toBe(expected);
  });

  it("takes back exactly what it added", () => {
    const amount = fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(9_999))
      .map(([whole, part]) => `${whole}.${String(part).padStart(4, "0")}`);

    fc.assert(
      fc.property(amount, amount, (left, right) => {
        const back = subtractDecimals(addDecimals(left, right), right);
        expect(compareDecimals(back, left)).toBe(0);
      }),
    );
  });

  it.each(["", "1e3", "1.", ".5", "1,5", "NaN"])("refuses %j", (text) => {
    const read = () => compareDecimals(text, "0");

    expect(read).toThrow(RangeError);
  });
});

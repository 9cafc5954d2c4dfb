import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  compareDecimals,
  Decimal,
  multiplyDecimals,
} from "../../../../shared/domain/decimal.ts";

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 6 }))
  .map(([units, scale]) => {
    const sign = units < 0n ? "-" : "";
    const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
    const whole = digits.slice(0, digits.length - scale);
    return scale === 0 ? sign + digits : `${sign}${whole}.${digits.slice(-scale)}`;
  });

describe("decimal text", () => {
  it.each([
    ["0.1", "0.2", "0.3"],
    ["1249.5000", "0.5", "1250.0000"],
    ["9007199254740993", "1", "9007199254740994"],
    ["-0.05", "0.05", "0.00"],
    ["-1.5", "0.25", "-1.25"],
  ])("adds %s and %s to %s without losing a digit", (left, right, sum) => {
    const result = addDecimals(left, right);

    expect(result).toBe(sum);
  });

  it.each([
    ["3", "19.99", "59.97"],
    ["0.1", "0.1", "0.01"],
    ["-2.5", "4", "-10.0"],
  ])("multiplies %s by %s to %s", (left, right, product) => {
    const result = multiplyDecimals(left, right);

    expect(result).toBe(product);
  });

  it.each([
    ["10", "9", 1],
    ["1.5", "1.50", 0],
    ["-0.0", "0", 0],
    ["-3", "2", -1],
    ["9007199254740993", "9007199254740992", 1],
  ])("compares %s with %s by value, not by text", (left, right, order) => {
    const result = compareDecimals(left, right);

    expect(result).toBe(order);
  });

  it("adds and multiplies in any order with the same result", () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, c) => {
        expect(addDecimals(a, b)).toBe(addDecimals(b, a));
        expect(addDecimals(addDecimals(a, b), c)).toBe(addDecimals(a, addDecimals(b, c)));
        const spread = addDecimals(multiplyDecimals(a, c), multiplyDecimals(b, c));
        expect(compareDecimals(multiplyDecimals(addDecimals(a, b), c), spread)).toBe(0);
      }),
    );
  });

  it.each(["", "1,5", "1e3", ".5", "5.", "0x10", " 1"])("refuses %j", (text) => {
    expect(Decimal.safeParse(text).success).toBe(false);
    expect(() => addDecimals(text, "1")).toThrow(RangeError);
  });
});

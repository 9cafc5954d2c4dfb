import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fromUnits, toUnits } from "../../../../shared/domain/fixedPoint.ts";

it.each([
  ["0", "0"],
  ["-0", "0"],
  ["1249.5000", "1249.5"],
  ["-0.000000000001", "-0.000000000001"],
  ["007", "7"],
  ["99999999999999999999.999999999999", "99999999999999999999.999999999999"],
])("reads %s and writes it as %s", (text, shortest) => {
  expect(fromUnits(toUnits(text))).toBe(shortest);
});

it("adds what doubles get wrong", () => {
  expect(fromUnits(toUnits("0.1") + toUnits("0.2"))).toBe("0.3");
});

it("writes every number of units as text that reads back as the same units", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 32n), max: 10n ** 32n }), (units) => {
      expect(toUnits(fromUnits(units))).toBe(units);
    }),
  );
});

import { describe, expect, test } from "vitest";
import { isSubmitted, isWithdrawn, orderProfile } from "../../../../shared/domain/orderProfile.ts";

describe("a profile", () => {
  test("is built in for both order tables", () => {
    expect(orderProfile("salesorder")).toMatchObject({
      entitySet: "salesorders",
      submitted: { statecode: 1 },
    });
    expect(orderProfile("contoso_order")).toMatchObject({
      entitySet: "contoso_orders",
      submitted: { statecode: 0, statuscode: 1 },
    });
  });

  test("takes single values over the built-in ones, inside the lines too", () => {
    const profile = orderProfile("salesorder", {
      numberColumn: "contoso_number",
      entitySet: undefined,
      lines: { skuPath: ["contoso_sku"] },
    });

    expect(profile).toMatchObject({
      numberColumn: "contoso_number",
      entitySet: "salesorders",
      lines: { navigation: "order_details", skuPath: ["contoso_sku"], quantityColumn: "quantity" },
    });
  });

  test("of a table without a built-in one names what is missing", () => {
    expect(() => orderProfile("fabrikam_order")).toThrow(
      expect.objectContaining({ code: "invalid", field: "entitySet" }),
    );
  });
});

describe("submitted", () => {
  const salesorder = orderProfile("salesorder");
  const custom = orderProfile("contoso_order");
  test.each([
    [salesorder, { statecode: 1, statuscode: 3 }, true],
    [salesorder, { statecode: 0 }, false],
    [salesorder, { statuscode: 3 }, undefined],
    [salesorder, {}, undefined],
    [custom, { statecode: 0, statuscode: 1 }, true],
    [custom, { statecode: 0, statuscode: 2 }, false],
    [custom, { statecode: 1 }, false],
    [custom, { statuscode: 2 }, false],
    [custom, { statecode: 0 }, undefined],
    [custom, { statuscode: 1 }, undefined],
  ])("%# is known only as far as the columns tell", (profile, row, answer) => {
    expect(isSubmitted(profile, row)).toBe(answer);
  });
});

test("withdrawn is by state, unknown without one", () => {
  const profile = orderProfile("salesorder");

  expect([0, 1, 2, 3, 4].filter((statecode) => isWithdrawn(profile, { statecode }))).toEqual([
    0, 2,
  ]);
  expect(isWithdrawn(profile, { statuscode: 4 })).toBeUndefined();
});

import { describe, expect, it } from "vitest";
import { tableNamed } from "../../../../../../local/standIns/dataverse/schema/tables.ts";
import { parseFilter } from "../../../../../../local/standIns/dataverse/webApi/filter.ts";

const salesorder = tableNamed("salesorder");
const id = "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01";

describe("$filter", () => {
  it("reads each kind of literal for the column it is compared with", () => {
    const values = parseFilter(
      salesorder,
      `name eq 'It''s and not or' and statecode eq 1 and _customerid_value eq ${id} and contoso_creditreview eq true and submitdate eq null`,
    );

    expect(values).toEqual({
      name: "It's and not or",
      statecode: 1,
      customerid: { table: "account", id },
      contoso_creditreview: true,
      submitdate: null,
    });
  });

  it.each([
    "name ne 'x'",
    "name eq 'x' or name eq 'y'",
    "name eq",
    "",
    "nosuch eq 1",
    "customerid eq 1",
    "statecode eq 'x'",
    "contains(name,'x')",
  ])("refuses %j rather than answering something else", (text) => {
    const parse = () => parseFilter(salesorder, text);

    expect(parse).toThrow(expect.objectContaining({ status: 400 }));
  });
});

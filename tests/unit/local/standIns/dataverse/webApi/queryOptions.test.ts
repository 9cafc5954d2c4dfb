import { describe, expect, it } from "vitest";
import { parseProjection } from "../../../../../../local/standIns/dataverse/webApi/queryOptions.ts";

const read = (query: string) => parseProjection(new URLSearchParams(query));

describe("$select and $expand", () => {
  it("selects everything when nothing is named", () => {
    expect(read("")).toEqual({ select: undefined, expand: [] });
  });

  it("reads expansions within expansions, beside others", () => {
    const { select, expand } = read(
      "$select=name,totalamount&$expand=order_details($select=quantity,priceperunit;$expand=productid($select=productnumber)),transactioncurrencyid($select=isocurrencycode)",
    );

    expect(select).toEqual(["name", "totalamount"]);
    expect(expand).toEqual([
      {
        navigation: "order_details",
        select: ["quantity", "priceperunit"],
        expand: [{ navigation: "productid", select: ["productnumber"], expand: [] }],
      },
      { navigation: "transactioncurrencyid", select: ["isocurrencycode"], expand: [] },
    ]);
  });

  it.each(["a(", "a)", "a($select=b))", "a($top=1)", "a b", ""])("refuses $expand=%s", (text) => {
    const parse = () => read(`$expand=${text}`);

    expect(parse).toThrow(expect.objectContaining({ status: 400 }));
  });
});

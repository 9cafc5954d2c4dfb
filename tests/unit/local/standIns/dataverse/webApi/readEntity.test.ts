import { describe, expect, it } from "vitest";
import { tableNamed } from "../../../../../../local/standIns/dataverse/schema/tables.ts";
import { readEntity } from "../../../../../../local/standIns/dataverse/webApi/readEntity.ts";

const salesorder = tableNamed("salesorder");
const account = "71c0a4d2-6e2b-ee11-bdf4-000d3a2b1c01";
const read = (body: string) => readEntity(salesorder, Buffer.from(body), () => account);

describe("a request body", () => {
  it("keeps the order of its columns and the digits of its money", () => {
    const { sent } = read('{"totalamount":1249.50,"name":"x","requestdeliveryby":"2026-11-24"}');

    expect(Object.entries(sent)).toEqual([
      ["totalamount", "1249.50"],
      ["name", "x"],
      ["requestdeliveryby", Date.UTC(2026, 10, 24)],
    ]);
  });

  it("binds a lookup through its navigation, and clears it with null", () => {
    const bound = read('{"customerid_account@odata.bind":"/accounts(x)"}');
    const cleared = read('{"customerid_account@odata.bind":null}');

    expect(bound.sent).toEqual({ customerid: { table: "account", id: account } });
    expect(cleared.sent).toEqual({ customerid: null });
  });

  it("takes lines along", () => {
    const { children } = read('{"order_details":[{"quantity":2},{"quantity":3.5}]}');

    expect(children.map(({ column, sent }) => [column, sent["quantity"]])).toEqual([
      ["salesorderid", "2"],
      ["salesorderid", "3.5"],
    ]);
  });

  it("passes over annotations and what only the platform sets", () => {
    const { sent } = read('{"@odata.type":"x","name@y":"z","modifiedon":"2020-01-01T00:00:00Z"}');

    expect(sent).toEqual({});
  });

  it.each([
    ["text that is no JSON", "{"],
    ["an array", "[]"],
    ["an unknown property", '{"nosuch":1}'],
    ["a lookup set directly", `{"_customerid_value":"${account}"}`],
    ["a lookup under its column's name", `{"customerid":"${account}"}`],
    ["an unknown navigation", '{"nosuch@odata.bind":"/accounts(x)"}'],
    ["money as text", '{"totalamount":"1249.50"}'],
    ["money with an exponent", '{"totalamount":1e3}'],
    ["a state outside its choices", '{"statecode":9}'],
    ["a number for text", '{"name":1}'],
    ["text that is too long", JSON.stringify({ name: "x".repeat(301) })],
    ["lines that are no array", '{"order_details":{}}'],
  ])("is refused with 400 for %s", (_what, body) => {
    const parse = () => read(body);

    expect(parse).toThrow(expect.objectContaining({ status: 400 }));
  });
});

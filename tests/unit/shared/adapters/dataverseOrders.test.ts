import { describe, expect, it } from "vitest";
import { createWriteBack } from "../../../../shared/adapters/dataverseFulfilments.ts";
import { createReadOrderRow, orderQuery } from "../../../../shared/adapters/dataverseOrders.ts";
import { orderProfile } from "../../../../shared/domain/orderProfile.ts";
import { contentOf } from "../../../../shared/domain/orderRow.ts";
import { ExactNumber } from "../../../../shared/exactNumber.ts";
import { aContent, keyOf, ORDER, ROW_ID } from "../../../support/anOrder.ts";

const salesorder = orderProfile("salesorder");

const row = {
  "@odata.etag": 'W/"4711"',
  modifiedon: "2024-11-18T10:12:05Z",
  statecode: 1,
  statuscode: 3,
  ordernumber: "ORD-01000",
  totalamount: new ExactNumber("1249.5000"),
  transactioncurrencyid: { isocurrencycode: "EUR" },
  order_details: [
    { quantity: new ExactNumber("2.0000000000"), productid: { productnumber: "BIKE-1" } },
    { quantity: 3, productid: { productnumber: "BIKE-2" } },
  ],
};

const readerOf = (data: unknown, profile = salesorder) => {
  const paths: string[] = [];
  const read = createReadOrderRow(
    {
      get: async (path) => {
        paths.push(path);
        return data;
      },
    },
    profile,
  );
  return { read: (table = profile.table) => read({ table, rowId: ROW_ID }), paths };
};

describe("reading an order", () => {
  it("asks for header and lines in one query", () => {
    expect(orderQuery(salesorder)).toBe(
      "$select=modifiedon,statecode,statuscode,ordernumber,totalamount" +
        "&$expand=transactioncurrencyid($select=isocurrencycode)," +
        "order_details($select=quantity;$expand=productid($select=productnumber))",
    );
    expect(orderQuery(orderProfile("contoso_order"))).toContain(
      "contoso_order_orderlines($select=contoso_quantity,contoso_sku)",
    );
  });

  it("gives version, phase and content", async () => {
    const { read, paths } = readerOf(row);

    const order = await read();

    expect(paths[0]).toMatch(`salesorders(${ROW_ID})?`);
    expect(order).toMatchObject({
      etag: 'W/"4711"',
      modifiedOn: Date.parse("2024-11-18T10:12:05Z"),
      phase: "submitted",
    });
    expect(order && contentOf(order)).toEqual({
      orderNumber: "ORD-01000",
      total: "1249.5000",
      currency: "EUR",
      lines: [
        { sku: "BIKE-1", quantity: "2.0000000000" },
        { sku: "BIKE-2", quantity: "3" },
      ],
    });
  });

  it.each([
    [0, "withdrawn"],
    [1, "submitted"],
    [2, "withdrawn"],
    [3, "other"],
    [4, "other"],
  ])("takes statecode %i of a sales order for %s", async (statecode, phase) => {
    expect(await readerOf({ ...row, statecode }).read()).toMatchObject({ phase });
  });

  it("finds nothing where there is no row", async () => {
    expect(await readerOf(undefined).read()).toBeUndefined();
  });

  it.each([
    ["no lines", { order_details: [] }, "lines"],
    [
      "a line without product",
      { order_details: [{ quantity: "1", productid: null }] },
      "lines.0.sku",
    ],
    [
      "a line without quantity",
      { order_details: [{ productid: { productnumber: "A" } }] },
      "lines.0.quantity",
    ],
    ["no total", { totalamount: null }, "total"],
    ["no currency", { transactioncurrencyid: null }, "currency"],
  ])("reads an order with %s, which only a submission refuses", async (_name, change, field) => {
    const order = await readerOf({ ...row, ...change }).read();

    expect(() => order && contentOf(order)).toThrow(
      expect.objectContaining({ code: "invalid-row", field }),
    );
  });

  it("refuses a row of a table that it was not told of, before asking", async () => {
    const { read, paths } = readerOf(row);

    await expect(read("invoice")).rejects.toMatchObject({ code: "unknown-table" });
    expect(paths).toEqual([]);
  });

  it("refuses an order whose lines may not be all there", async () => {
    const lines = Array.from({ length: 5_000 }, () => row.order_details[0]);

    await expect(readerOf({ ...row, order_details: lines }).read()).rejects.toMatchObject({
      code: "too-many-lines",
    });
  });
});

describe("writing a result back", () => {
  const writeBackTo = (written: [string, string, object][]) =>
    createWriteBack(
      {
        create: async (path, row) => void written.push(["create", path, row]),
        upsert: async (path, row) => void written.push(["upsert", path, row]),
      },
      () => "abc123",
    );

  it("creates one row a submission, under a digest that fits into a path", async () => {
    const written: [string, string, object][] = [];

    await writeBackTo(written)({
      submission: keyOf(),
      order: ORDER,
      outcome: "approved",
      ...aContent,
    });

    expect(written).toEqual([
      [
        "create",
        "contoso_fulfilments(contoso_submission='abc123')",
        {
          contoso_name: "ORD-01000",
          contoso_order: ORDER,
          contoso_ordernumber: "ORD-01000",
          contoso_outcome: "approved",
          contoso_total: "1249.5000",
          contoso_currency: "EUR",
        },
      ],
    ]);
  });

  it("lets a withdrawal, and nothing else, take the place of a result", async () => {
    const written: [string, string, object][] = [];

    for (const outcome of ["back-ordered", "withdrawn"] as const) {
      await writeBackTo(written)({ submission: keyOf(), order: ORDER, outcome, ...aContent });
    }

    expect(written.map(([method]) => method)).toEqual(["create", "upsert"]);
  });
});

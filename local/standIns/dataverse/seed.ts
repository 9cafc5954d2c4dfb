import type { Lookup, Value } from "./schema/column.ts";
import { storedRow } from "./schema/storedRow.ts";
import { tableNamed } from "./schema/tables.ts";
import type { Store } from "./store.ts";

/** Ids of the rows that are there at start; events captured from this environment name them. */
export const seedIds = {
  euro: "2cf1b0c7-6d2b-ee11-bdf4-000d3a2b1c01",
  fabrikam: "71c0a4d2-6e2b-ee11-bdf4-000d3a2b1c01",
  salesorder: "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01",
  contosoOrder: "6420f0cc-916b-ee11-9ae6-000d3a2b1c01",
} as const;

const user: Lookup = { table: "systemuser", id: "1b6f1c1e-6d2b-ee11-bdf4-000d3a2b1c01" };
/** 18 November 2024, 10:12:05 UTC: when the captured events happened. */
const capturedAt = 1_731_924_725_000;

const common = {
  ownerid: user,
  createdon: capturedAt,
  createdby: user,
  modifiedon: capturedAt,
  modifiedby: user,
  statecode: 0,
  statuscode: 1,
};
const inEuro = {
  transactioncurrencyid: { table: "transactioncurrency", id: seedIds.euro },
  exchangerate: "1",
};
const customer: Lookup = { table: "account", id: seedIds.fabrikam };

const products = [
  { id: "b1e00001-6e2b-ee11-bdf4-000d3a2b1c01", sku: "BIKE-100", name: "Bike", price: "1149.50" },
  { id: "b1e00002-6e2b-ee11-bdf4-000d3a2b1c01", sku: "HELMET-20", name: "Helmet", price: "35" },
  { id: "b1e00003-6e2b-ee11-bdf4-000d3a2b1c01", sku: "LOCK-7", name: "Lock", price: "30" },
  { id: "b1e00004-6e2b-ee11-bdf4-000d3a2b1c01", sku: "LIGHT-3", name: "Light", price: "9.95" },
  { id: "b1e00005-6e2b-ee11-bdf4-000d3a2b1c01", sku: "TENT-4", name: "Tent", price: "249" },
] as const;

/** The rows of a new environment: a customer, some products, and the orders of the captured events. */
export function seed(store: Store): void {
  const put = (logicalName: string, values: Readonly<Record<string, Value>>) => {
    const table = tableNamed(logicalName);
    store.put(
      table,
      storedRow(table, { ...common, ...values, versionnumber: store.nextVersion() }),
    );
  };

  put("transactioncurrency", {
    transactioncurrencyid: seedIds.euro,
    currencyname: "Euro",
    isocurrencycode: "EUR",
    currencysymbol: "€",
    currencyprecision: 2,
  });
  put("account", { accountid: seedIds.fabrikam, name: "Fabrikam", accountnumber: "FABRIKAM" });
  for (const { id, sku, name, price } of products) {
    put("product", { ...inEuro, productid: id, productnumber: sku, name, price });
  }
  seedSalesorder(put);
  seedContosoOrder(put);
}

type Put = (logicalName: string, values: Readonly<Record<string, Value>>) => void;

function seedSalesorder(put: Put): void {
  put("salesorder", {
    ...inEuro,
    salesorderid: seedIds.salesorder,
    name: "Fabrikam spring order",
    ordernumber: "ORD-01042-K7P2Q9",
    customerid: customer,
    totalamount: "1249.5",
    submitdate: 1_731_888_000_000,
    statecode: 1,
    statuscode: 3,
  });
  const lines = [
    { number: 1, sku: "BIKE-100", quantity: "1" },
    { number: 2, sku: "HELMET-20", quantity: "2" },
    { number: 3, sku: "LOCK-7", quantity: "1" },
  ];
  for (const { number, sku, quantity } of lines) {
    const product = products.find((candidate) => candidate.sku === sku);
    put("salesorderdetail", {
      ...inEuro,
      salesorderdetailid: `5d00000${number}-7e83-ef11-ac20-000d3a2b1c01`,
      salesorderid: { table: "salesorder", id: seedIds.salesorder },
      productid: product === undefined ? null : { table: "product", id: product.id },
      productdescription: product?.name ?? null,
      priceperunit: product?.price ?? null,
      quantity,
      lineitemnumber: number,
    });
  }
}

function seedContosoOrder(put: Put): void {
  put("contoso_order", {
    ...inEuro,
    contoso_orderid: seedIds.contosoOrder,
    contoso_ordernumber: "WEB-2026-000317",
    contoso_customer: customer,
    contoso_total: "99.90",
    contoso_total_base: "99.90",
    contoso_discountpct: "2.5",
    contoso_lines: 3,
    contoso_rush: false,
    contoso_priority: 342490001,
    contoso_channels: [342490000, 342490002],
    contoso_requestedon: 1_732_233_600_000,
    contoso_note: "line one\nline two",
  });
  const lines = [
    { number: 1, sku: "HELMET-20", quantity: "1", price: "35" },
    { number: 2, sku: "LOCK-7", quantity: "1", price: "30" },
    { number: 3, sku: "LIGHT-3", quantity: "3", price: "9.95" },
  ];
  for (const { number, sku, quantity, price } of lines) {
    put("contoso_orderline", {
      ...inEuro,
      contoso_orderlineid: `6d00000${number}-916b-ee11-9ae6-000d3a2b1c01`,
      contoso_order: { table: "contoso_order", id: seedIds.contosoOrder },
      contoso_name: sku,
      contoso_sku: sku,
      contoso_quantity: quantity,
      contoso_price: price,
    });
  }
}

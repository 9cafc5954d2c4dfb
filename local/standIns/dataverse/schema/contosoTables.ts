import { lookup, memo, text } from "./column.ts";
import { defineTable } from "./table.ts";

/** A company's own order table, born submitted. */
export const contosoOrder = defineTable({
  logicalName: "contoso_order",
  primaryName: "contoso_ordernumber",
  hasMoney: true,
  columns: {
    contoso_ordernumber: text(),
    contoso_customer: lookup("account", "contoso_customer"),
    contoso_total: { type: "money" },
    contoso_total_base: { type: "money" },
    contoso_discountpct: { type: "decimal" },
    contoso_lines: { type: "integer" },
    contoso_rush: { type: "boolean" },
    contoso_priority: {
      type: "choice",
      labels: { 342490000: "Low", 342490001: "Normal", 342490002: "High" },
    },
    contoso_channels: {
      type: "choices",
      labels: { 342490000: "Web", 342490001: "Shop", 342490002: "Phone" },
    },
    contoso_requestedon: { type: "dateTime" },
    contoso_note: memo(),
    contoso_creditreview: { type: "boolean" },
  },
  alternateKeys: [["contoso_ordernumber"]],
  collections: {
    contoso_order_orderlines: { table: "contoso_orderline", column: "contoso_order" },
  },
});

export const contosoOrderline = defineTable({
  logicalName: "contoso_orderline",
  primaryName: "contoso_name",
  hasMoney: true,
  columns: {
    contoso_order: lookup("contoso_order", "contoso_order"),
    contoso_name: text(),
    contoso_sku: text(),
    contoso_quantity: { type: "decimal" },
    contoso_price: { type: "money" },
  },
});

/** What the integration writes back, one row a submission. */
export const contosoFulfilment = defineTable({
  logicalName: "contoso_fulfilment",
  primaryName: "contoso_name",
  columns: {
    contoso_name: text(),
    /** Digest of the submission. */
    contoso_submission: text(),
    /** Table and id: orders of any table have their results here, so it cannot be a lookup. */
    contoso_order: text(200),
    contoso_ordernumber: text(),
    contoso_outcome: text(),
    contoso_total: text(),
    contoso_currency: text(3),
  },
  alternateKeys: [["contoso_submission"]],
});

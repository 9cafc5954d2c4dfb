import { lookup, memo, text } from "./column.ts";
import { defineTable } from "./table.ts";

/** The tables of Dynamics 365 Sales that an order touches, with the columns that this project meets. */
export const salesorder = defineTable({
  logicalName: "salesorder",
  primaryName: "name",
  hasMoney: true,
  columns: {
    name: text(300),
    ordernumber: text(),
    customerid: lookup("account", "customerid_account"),
    totalamount: { type: "money" },
    submitdate: { type: "dateOnly" },
    requestdeliveryby: { type: "dateOnly" },
    description: memo(),
    /** Set when the credit check wants a person to look. */
    contoso_creditreview: { type: "boolean" },
  },
  states: {
    0: {
      label: "Active",
      statuses: [
        [1, "New"],
        [2, "Pending"],
      ],
    },
    1: { label: "Submitted", statuses: [[3, "In Progress"]] },
    2: { label: "Canceled", statuses: [[4, "No Money"]] },
    3: {
      label: "Fulfilled",
      statuses: [
        [100001, "Complete"],
        [100002, "Partial"],
      ],
    },
    4: { label: "Invoiced", statuses: [[100003, "Invoiced"]] },
  },
  collections: { order_details: { table: "salesorderdetail", column: "salesorderid" } },
});

export const salesorderdetail = defineTable({
  logicalName: "salesorderdetail",
  primaryName: "productdescription",
  hasMoney: true,
  columns: {
    salesorderid: lookup("salesorder", "salesorderid"),
    productid: lookup("product", "productid"),
    productdescription: text(500),
    quantity: { type: "decimal" },
    priceperunit: { type: "money" },
    lineitemnumber: { type: "integer" },
    description: memo(),
  },
});

export const product = defineTable({
  logicalName: "product",
  primaryName: "name",
  hasMoney: true,
  columns: { name: text(), productnumber: text(), price: { type: "money" } },
  alternateKeys: [["productnumber"]],
});

export const account = defineTable({
  logicalName: "account",
  primaryName: "name",
  hasMoney: true,
  columns: { name: text(160), accountnumber: text(20), creditlimit: { type: "money" } },
  alternateKeys: [["accountnumber"]],
});

export const transactioncurrency = defineTable({
  logicalName: "transactioncurrency",
  entitySet: "transactioncurrencies",
  primaryName: "currencyname",
  columns: {
    currencyname: text(),
    isocurrencycode: text(5),
    currencysymbol: text(13),
    currencyprecision: { type: "integer" },
  },
});

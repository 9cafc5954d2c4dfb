import type { Step } from "./step.ts";

const asynchronous = { mode: "asynchronous", enabled: true } as const;
const noImages = { preImage: [], postImage: [] };

const onSalesorderState = {
  ...asynchronous,
  message: "Update",
  table: "salesorder",
  filteringAttributes: ["statecode"],
  preImage: ["salesorderid", "statecode", "statuscode"],
  postImage: [
    "salesorderid",
    "ordernumber",
    "customerid",
    "totalamount",
    "transactioncurrencyid",
    "exchangerate",
    "statecode",
    "statuscode",
  ],
} as const;

const onContosoOrderCreate = {
  ...asynchronous,
  ...noImages,
  message: "Create",
  table: "contoso_order",
  filteringAttributes: [],
} as const;

const onContosoOrderState = {
  ...asynchronous,
  message: "Update",
  table: "contoso_order",
  filteringAttributes: ["statecode", "statuscode"],
  preImage: ["contoso_orderid", "statecode", "statuscode"],
  postImage: ["contoso_orderid", "contoso_ordernumber", "contoso_total", "statecode", "statuscode"],
} as const;

const plugin = { ...noImages, kind: "plugin", mode: "synchronous", enabled: true } as const;

/**
 * As registered in the environment. Webhook and service endpoint are both on, so each save reaches
 * the app twice: what a migration from one to the other looks like, and what intake must bear.
 */
export const defaultSteps: readonly Step[] = [
  {
    ...plugin,
    id: "c3a0f6d4-7c83-ef11-ac20-000d3a2b1c01",
    name: "Credit check: Update of salesorder",
    message: "Update",
    table: "salesorder",
    filteringAttributes: ["statecode"],
  },
  {
    ...plugin,
    id: "c4a0f6d4-7c83-ef11-ac20-000d3a2b1c01",
    name: "Credit check: Create of contoso_order",
    message: "Create",
    table: "contoso_order",
    filteringAttributes: [],
  },
  {
    ...onSalesorderState,
    id: "9d1e7b60-7c83-ef11-ac20-000d3a2b1c01",
    name: "Order webhook: Update of salesorder",
    kind: "webhook",
  },
  {
    ...onSalesorderState,
    id: "9e1e7b60-7c83-ef11-ac20-000d3a2b1c01",
    name: "Order endpoint: Update of salesorder",
    kind: "queue",
  },
  {
    ...onContosoOrderCreate,
    id: "bd7c6a7e-916b-ee11-9ae6-002248998a0a",
    name: "Order webhook: Create of contoso_order",
    kind: "webhook",
  },
  {
    ...onContosoOrderCreate,
    id: "be7c6a7e-916b-ee11-9ae6-002248998a0a",
    name: "Order endpoint: Create of contoso_order",
    kind: "queue",
  },
  {
    ...onContosoOrderState,
    id: "bf7c6a7e-916b-ee11-9ae6-002248998a0a",
    name: "Order webhook: Update of contoso_order",
    kind: "webhook",
  },
  {
    ...onContosoOrderState,
    id: "c07c6a7e-916b-ee11-9ae6-002248998a0a",
    name: "Order endpoint: Update of contoso_order",
    kind: "queue",
  },
];

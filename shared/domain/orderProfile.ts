import { z } from "zod";
import { parse } from "../parse.ts";

/** A row's state columns as far as they are known: a partial event may bring only one of them. */
export type RowState = {
  readonly statecode?: number | undefined;
  readonly statuscode?: number | undefined;
};

/** What "the order" is in this Dataverse environment: every name that intake and processing need. */
export const OrderProfile = z.object({
  /** Logical name, as events carry it. */
  table: z.string().min(1),
  /** Name in Web API paths. */
  entitySet: z.string().min(1),
  idColumn: z.string().min(1),
  numberColumn: z.string().min(1),
  /** Lookup to the customer as the Web API selects it: `_<column>_value`. */
  accountColumn: z.string().min(1),
  totalColumn: z.string().min(1),
  /** Single-valued navigation to the currency row and the column there that holds the ISO code. */
  currency: z.object({ navigation: z.string().min(1), column: z.string().min(1) }),
  lines: z.object({
    /** Collection-valued navigation from the order to its lines. */
    navigation: z.string().min(1),
    /** From the line to the stock-keeping unit: navigations first, the column last. */
    skuPath: z.array(z.string().min(1)).min(1),
    quantityColumn: z.string().min(1),
  }),
  /** Submitted when statecode matches, and statuscode too where one is named. */
  submitted: z.object({ statecode: z.int(), statuscode: z.int().optional() }),
  /** States that take a submission back when they follow Submitted; all others follow it in the ordinary course. */
  withdrawnStatecodes: z.array(z.int()),
});
export type OrderProfile = z.infer<typeof OrderProfile>;

const currency = { navigation: "transactioncurrencyid", column: "isocurrencycode" };

/** Sales orders of Dynamics 365 Sales: 0 Active, 1 Submitted, 2 Canceled, 3 Fulfilled, 4 Invoiced. */
const salesorder: OrderProfile = {
  table: "salesorder",
  entitySet: "salesorders",
  idColumn: "salesorderid",
  numberColumn: "ordernumber",
  accountColumn: "_customerid_value",
  totalColumn: "totalamount",
  currency,
  lines: {
    navigation: "order_details",
    skuPath: ["productid", "productnumber"],
    quantityColumn: "quantity",
  },
  submitted: { statecode: 1 },
  withdrawnStatecodes: [0, 2],
};

/** A custom table: a row is born submitted (0 Active, status 1) and withdrawn by deactivating it. */
const contosoOrder: OrderProfile = {
  table: "contoso_order",
  entitySet: "contoso_orders",
  idColumn: "contoso_orderid",
  numberColumn: "contoso_ordernumber",
  accountColumn: "_contoso_customer_value",
  totalColumn: "contoso_total",
  currency,
  lines: {
    navigation: "contoso_order_orderlines",
    skuPath: ["contoso_sku"],
    quantityColumn: "contoso_quantity",
  },
  submitted: { statecode: 0, statuscode: 1 },
  withdrawnStatecodes: [1],
};

const builtIn: Readonly<Record<string, OrderProfile>> = {
  salesorder,
  contoso_order: contosoOrder,
};

type Replaceable<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** Single values to replace in a built-in profile, or all of them for a table without one. */
export type ProfileOverrides = Replaceable<Omit<OrderProfile, "table" | "lines" | "currency">> & {
  readonly lines?: Replaceable<OrderProfile["lines"]>;
};

/** Profile of a table. Throws TerminalError `invalid` naming what neither built-in profile nor overrides name. */
export function orderProfile(table: string, overrides: ProfileOverrides = {}): OrderProfile {
  const known = builtIn[table];
  return parse(OrderProfile, {
    currency,
    ...known,
    ...defined(overrides),
    lines: { ...known?.lines, ...defined(overrides.lines ?? {}) },
    table,
  });
}

function defined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Undefined where the known columns leave it open. */
export function isSubmitted(profile: OrderProfile, row: RowState): boolean | undefined {
  const { statecode, statuscode } = profile.submitted;
  if (row.statecode !== undefined && row.statecode !== statecode) return false;
  if (statuscode === undefined) return row.statecode === undefined ? undefined : true;
  if (row.statuscode !== undefined && row.statuscode !== statuscode) return false;
  return row.statecode === undefined || row.statuscode === undefined ? undefined : true;
}

/** Whether this state, right after Submitted, takes the submission back. Undefined where unknown. */
export function isWithdrawn(profile: OrderProfile, row: RowState): boolean | undefined {
  return row.statecode === undefined
    ? undefined
    : profile.withdrawnStatecodes.includes(row.statecode);
}

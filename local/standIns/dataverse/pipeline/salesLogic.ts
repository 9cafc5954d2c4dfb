import { addDecimals, multiplyDecimals, withScale } from "../../decimal.ts";
import { isLookup, plain } from "../schema/column.ts";
import type { Table } from "../schema/table.ts";
import { tableNamed } from "../schema/tables.ts";
import type { Store } from "../store.ts";
import type { Child, Draft } from "./saves.ts";

/**
 * What Dynamics 365 Sales adds to a new order: a number, prices from the product, and a total, where
 * the caller sent none. Rows of other tables pass as they are.
 */
export function createSalesLogic(store: Store, newSuffix: () => string) {
  return (table: Table, draft: Draft): Draft => {
    if (table.logicalName !== "salesorder") return draft;
    const children = draft.children.map((line) => priced(line, store));
    const number = `ORD-${String(store.nextOrderNumber()).padStart(5, "0")}-${newSuffix()}`;
    return {
      sent: { ordernumber: number, totalamount: totalOf(children), ...draft.sent },
      children,
    };
  };
}

function priced(line: Child, store: Store): Child {
  const productid = line.sent["productid"];
  const product = isLookup(productid ?? null)
    ? store.get(tableNamed("product"), plain(productid))
    : undefined;
  if (product === undefined) return line;
  const defaults = {
    productdescription: product["name"] ?? null,
    priceperunit: product["price"] ?? null,
  };
  return { ...line, sent: { ...defaults, ...line.sent } };
}

function totalOf(lines: readonly Child[]): string {
  const amounts = lines.map(({ sent }) =>
    multiplyDecimals(plain(sent["priceperunit"]) || "0", plain(sent["quantity"]) || "0"),
  );
  return withScale(amounts.reduce(addDecimals, "0"), 4);
}

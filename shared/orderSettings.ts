import { z } from "zod";
import { TableName } from "./domain/dataverseValue.ts";
import { type OrderProfile, orderProfile } from "./domain/orderProfile.ts";
import { TerminalError } from "./errors.ts";

const column = z.string().regex(/^\w+$/);

/** Which table is "the order"; each name replaces one of the table's built-in profile, and makes up one for a table without. */
export const orderSettings = {
  ORDER_TABLE: TableName.default("salesorder"),
  ORDER_ENTITY_SET: column.optional(),
  ORDER_ID_COLUMN: column.optional(),
  ORDER_NUMBER_COLUMN: column.optional(),
  /** As the Web API selects a lookup: `_customerid_value`. */
  ORDER_ACCOUNT_COLUMN: column.optional(),
  ORDER_TOTAL_COLUMN: column.optional(),
  ORDER_LINES_NAVIGATION: column.optional(),
  /** Navigations and the column from the line to the SKU: `productid/productnumber`. */
  ORDER_LINE_SKU_PATH: z
    .string()
    .regex(/^\w+(\/\w+)*$/)
    .transform((path) => path.split("/"))
    .optional(),
  ORDER_LINE_QUANTITY_COLUMN: column.optional(),
  /** `statecode`, or `statecode/statuscode`, of a submitted order. */
  ORDER_SUBMITTED_STATE: z
    .string()
    .regex(/^\d+(\/\d+)?$/)
    .transform((text) => text.split("/").map(Number))
    .optional(),
  /** Comma list of the statecodes that take a submission back. */
  ORDER_WITHDRAWN_STATES: z
    .string()
    .regex(/^\d+(,\d+)*$/)
    .transform((text) => text.split(",").map(Number))
    .optional(),
};

const settings = z.object(orderSettings);
type OrderSettings = z.infer<typeof settings>;

const settingOfField: Readonly<Record<string, string>> = {
  entitySet: "ORDER_ENTITY_SET",
  idColumn: "ORDER_ID_COLUMN",
  numberColumn: "ORDER_NUMBER_COLUMN",
  accountColumn: "ORDER_ACCOUNT_COLUMN",
  totalColumn: "ORDER_TOTAL_COLUMN",
  "lines.navigation": "ORDER_LINES_NAVIGATION",
  "lines.skuPath": "ORDER_LINE_SKU_PATH",
  "lines.quantityColumn": "ORDER_LINE_QUANTITY_COLUMN",
  submitted: "ORDER_SUBMITTED_STATE",
  withdrawnStatecodes: "ORDER_WITHDRAWN_STATES",
};

/** The profile, or the name of the setting that a table without a built-in profile still needs. */
export function profileOf(
  values: OrderSettings,
): { readonly profile: OrderProfile } | { readonly missing: string } {
  const [state, status] = values.ORDER_SUBMITTED_STATE ?? [];
  try {
    const profile = orderProfile(values.ORDER_TABLE, {
      entitySet: values.ORDER_ENTITY_SET,
      idColumn: values.ORDER_ID_COLUMN,
      numberColumn: values.ORDER_NUMBER_COLUMN,
      accountColumn: values.ORDER_ACCOUNT_COLUMN,
      totalColumn: values.ORDER_TOTAL_COLUMN,
      lines: {
        navigation: values.ORDER_LINES_NAVIGATION,
        skuPath: values.ORDER_LINE_SKU_PATH,
        quantityColumn: values.ORDER_LINE_QUANTITY_COLUMN,
      },
      submitted: state === undefined ? undefined : { statecode: state, statuscode: status },
      withdrawnStatecodes: values.ORDER_WITHDRAWN_STATES,
    });
    return { profile };
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    return { missing: settingOfField[error.field ?? ""] ?? "ORDER_TABLE" };
  }
}

import { z } from "zod";
import { TerminalError } from "../errors.ts";
import { ExactNumber } from "../exactNumber.ts";
import { Decimal } from "./decimal.ts";
import { isSubmitted, isWithdrawn, type OrderProfile } from "./orderProfile.ts";

/** An order as Dataverse has it now: header and lines of one read. */
export type OrderRow = {
  readonly rowId: string;
  /** Opaque; changes with every change of the row. */
  readonly etag: string;
  /** Epoch ms; Dataverse keeps whole seconds. */
  readonly modifiedOn: number;
  /** `other`: past Submitted in the ordinary course (fulfilled, invoiced), or not there yet. */
  readonly phase: "submitted" | "withdrawn" | "other";
  readonly content: unknown;
};

/** What a submission is about, pinned when it begins: a repeated call must carry what the first one carried. */
export const OrderContent = z.object({
  orderNumber: z.string().min(1),
  total: Decimal,
  currency: z.string().regex(/^[A-Z]{3}$/),
  lines: z.array(z.object({ sku: z.string().min(1), quantity: Decimal })).min(1),
});
export type OrderContent = z.infer<typeof OrderContent>;

const Header = z.looseObject({
  "@odata.etag": z.string().min(1),
  modifiedon: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  statecode: z.int(),
  statuscode: z.int().nullish(),
});

/**
 * Web API row → order. The content is checked by `contentOf` only when a submission begins: an order that is still
 * being written may lack anything. Throws TerminalError `invalid-row`.
 */
export function toOrderRow(profile: OrderProfile, rowId: string, data: unknown): OrderRow {
  const header = Header.safeParse(data);
  if (!header.success) throw invalidRow(header.error);
  const { "@odata.etag": etag, modifiedon, statecode } = header.data;
  const state = { statecode, statuscode: header.data.statuscode ?? undefined };
  return {
    rowId,
    etag,
    modifiedOn: modifiedon,
    phase: isSubmitted(profile, state)
      ? "submitted"
      : isWithdrawn(profile, state)
        ? "withdrawn"
        : "other",
    content: rawContent(profile, header.data),
  };
}

/** Throws TerminalError `invalid-row` naming the member that makes the order unfit to process. */
export function contentOf({ content }: OrderRow): OrderContent {
  const result = OrderContent.safeParse(content);
  if (result.success) return result.data;
  throw invalidRow(result.error);
}

function rawContent(profile: OrderProfile, row: Record<string, unknown>): unknown {
  const lines = row[profile.lines.navigation];
  return {
    orderNumber: row[profile.numberColumn],
    total: asText(row[profile.totalColumn]),
    currency: valueAt(row, [profile.currency.navigation, profile.currency.column]),
    lines: Array.isArray(lines)
      ? lines.map((line: unknown) => ({
          sku: valueAt(line, profile.lines.skuPath),
          quantity: asText(valueAt(line, [profile.lines.quantityColumn])),
        }))
      : undefined,
  };
}

function asText(value: unknown): unknown {
  return typeof value === "number" || value instanceof ExactNumber ? String(value) : value;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined,
    value,
  );
}

function invalidRow(error: z.ZodError): TerminalError {
  const [issue] = error.issues;
  const field = issue?.path.join(".") ?? "";
  return new TerminalError("invalid-row", `the order's ${field}: ${issue?.message}`, { field });
}

import { createHash } from "node:crypto";
import { z } from "zod";
import { withScale } from "../../decimal.ts";
import type { CurrentApp } from "../doors/app.ts";
import { post } from "../doors/post.ts";
import { Fault, faultCodes } from "../fault.ts";
import { isLookup, plain, type Row, type Value } from "../schema/column.ts";
import { tableNamed } from "../schema/tables.ts";
import type { Store } from "../store.ts";
import type { Changes } from "./saveEvent.ts";

const Answer = z.object({
  decision: z.enum(["approve", "decline", "review"]),
  reason: z.string().optional(),
});

type CreditCheckOptions = {
  readonly app: CurrentApp;
  readonly store: Store;
  readonly timeoutMs: number;
};

export type CreditQuestion = {
  readonly requestId: string;
  readonly table: string;
  readonly orderId: string;
  /** The order as it stands before the save, or as it is to be created. */
  readonly order: Row | Changes;
};

const orderColumns: Readonly<Record<string, { account: string; total: string }>> = {
  salesorder: { account: "customerid", total: "totalamount" },
  contoso_order: { account: "contoso_customer", total: "contoso_total" },
};

/**
 * The pre-operation plug-in. A decline refuses the save. On a review the row is marked and saved, and
 * so it is without a usable answer: the plug-in's own policy, since a save must not hang on a service.
 */
export function createCreditCheck({ app, store, timeoutMs }: CreditCheckOptions) {
  return async (question: CreditQuestion): Promise<Changes> => {
    const body = Buffer.from(JSON.stringify(contract(question, store)));
    const target = app();
    const result =
      target &&
      (await post({
        url: `${target.url}/api/credit-checks`,
        headers: {
          "content-type": "application/json",
          "x-functions-key": target.functionKey,
          "idempotency-key": `"${question.requestId}:${sha256(body)}"`,
        },
        body,
        timeoutMs,
      }));
    const answer = result?.kind === "answered" ? readAnswer(result) : undefined;
    if (answer?.decision === "decline") {
      const reason = answer.reason ?? "no reason given";
      throw new Fault(400, faultCodes.isvAborted, `Credit check declined the order: ${reason}`);
    }
    return { contoso_creditreview: answer?.decision !== "approve" };
  };
}

function contract({ requestId, table, orderId, order }: CreditQuestion, store: Store) {
  const columns = orderColumns[table] ?? { account: "", total: "" };
  const total = plain(order[columns.total]);
  return {
    requestId,
    orderId,
    orderTable: table,
    accountId: idOf(order[columns.account]),
    amount: withScale(total === "" ? "0" : total, 4),
    currency: isoCode(order["transactioncurrencyid"], store),
  };
}

function idOf(value: Value | undefined): string | null {
  return isLookup(value) ? value.id : null;
}

const BASE_CURRENCY = "EUR";

function isoCode(value: Value | undefined, store: Store): string {
  if (!isLookup(value)) return BASE_CURRENCY;
  const currency = store.get(tableNamed("transactioncurrency"), value.id);
  return plain(currency?.["isocurrencycode"]) || BASE_CURRENCY;
}

function readAnswer({ status, body }: { status: number; body: string }) {
  if (status < 200 || status > 299) return undefined;
  try {
    return Answer.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

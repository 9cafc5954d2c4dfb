import type { FulfilmentPorts } from "../domain/fulfilOrder.ts";
import { type DataverseApi, keyText } from "./dataverseApi.ts";

/**
 * Result rows in table `contoso_fulfilment`, one a submission. The alternate key is a digest: a raw key may hold
 * characters that a key in a path may not. The total is a text column, so that no digit is lost on the way. A first
 * result is only ever created: it comes too late for a row that says `withdrawn`, from a worker that lost its lease.
 */
export function createWriteBack(
  { upsert, create }: Pick<DataverseApi, "upsert" | "create">,
  digest: (text: string) => string,
): FulfilmentPorts["writeBack"] {
  return async ({ submission, order, orderNumber, outcome, total, currency }) => {
    const key = keyText(digest(submission));
    const write = outcome === "withdrawn" ? upsert : create;
    await write(`contoso_fulfilments(contoso_submission=${key})`, {
      contoso_name: orderNumber,
      contoso_order: order,
      contoso_ordernumber: orderNumber,
      contoso_outcome: outcome,
      contoso_total: total,
      contoso_currency: currency,
    });
  };
}

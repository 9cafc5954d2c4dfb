import type { FulfilmentPorts } from "../domain/fulfilOrder.ts";
import { type DataverseApi, keyText } from "./dataverseApi.ts";

/**
 * Result rows in table `contoso_fulfilment`, one a submission. The alternate key is a digest: a raw key may hold
 * characters that a key in a path may not. The total is a text column, so that no digit is lost on the way.
 */
export function createWriteBack(
  { upsert }: Pick<DataverseApi, "upsert">,
  digest: (text: string) => string,
): FulfilmentPorts["writeBack"] {
  return async ({ submission, order, orderNumber, outcome, total, currency }) => {
    const key = keyText(digest(submission));
    await upsert(`contoso_fulfilments(contoso_submission=${key})`, {
      contoso_name: orderNumber,
      contoso_order: order,
      contoso_ordernumber: orderNumber,
      contoso_outcome: outcome,
      contoso_total: total,
      contoso_currency: currency,
    });
  };
}

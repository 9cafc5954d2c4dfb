import { BureauDecision, type CreditCheckRequest } from "../domain/creditDecision.ts";
import { RetryableError, TerminalError } from "../errors.ts";
import { quotedKey } from "../http/idempotencyKey.ts";
import { readBody } from "../http/readBody.ts";
import { parseJson } from "../json.ts";
import { parse } from "../parse.ts";

const MAX_REPLY_BYTES = 64 * 1024;

/** The same key and question get the bureau's first answer again. */
export type AskBureau = (
  request: CreditCheckRequest,
  key: string,
  signal: AbortSignal,
) => Promise<BureauDecision>;

/**
 * Asks the credit bureau once: no retries, since a plug-in is waiting. Throws TerminalError
 * `bureau-refused` where the bureau answers that our question is at fault, RetryableError `bureau-down`
 * for any other status, and whatever `fetch` throws when the bureau cannot be reached.
 */
export function createCreditBureau({ url }: { readonly url: string }): AskBureau {
  return async (request, key, signal) => {
    const { accountId, amount, currency, orderId } = request;
    const response = await fetch(`${url}/decisions`, {
      method: "POST",
      redirect: "error",
      headers: { "content-type": "application/json", "idempotency-key": quotedKey(key) },
      body: JSON.stringify({ accountId, amount, currency, orderId }),
      signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw refusal(response.status);
    }
    const bytes = await readBody(response, { maxBytes: MAX_REPLY_BYTES });
    return parse(BureauDecision, parseJson(bytes, { maxBytes: MAX_REPLY_BYTES }));
  };
}

function refusal(status: number): Error {
  const ours = status >= 400 && status < 500 && status !== 408 && status !== 429;
  const message = `the credit bureau answered ${status}`;
  return ours
    ? new TerminalError("bureau-refused", message)
    : new RetryableError("bureau-down", message);
}

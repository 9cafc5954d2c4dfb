import { performance } from "node:perf_hooks";
import type { CreditCheckRequest, CreditDecision } from "../../../shared/domain/creditDecision.ts";
import { systemClock } from "../../../shared/patterns/clock.ts";
import { createCreditCheck } from "../../../shared/services/credit.ts";

/**
 * Child process: builds the credit check as the app does, then asks `calls` questions at once, before
 * any client exists. Sends back how long each took and what it said.
 */
export type FreshStart = {
  readonly config: Parameters<typeof createCreditCheck>[0];
  readonly calls: readonly CreditCheckRequest[];
};
export type FreshAnswer = { readonly tookMs: number; readonly decision: CreditDecision };

async function answer({ config, calls }: FreshStart): Promise<void> {
  const checkCredit = createCreditCheck(config, systemClock);
  const answers = await Promise.all(
    calls.map(async (request) => {
      const started = performance.now();
      const { body } = await checkCredit(request, `${request.requestId}-${request.orderId}`);
      return { tookMs: performance.now() - started, decision: JSON.parse(body) as CreditDecision };
    }),
  );
  process.send?.(answers satisfies FreshAnswer[], () => process.exit(0));
}

process.once("message", (start: FreshStart) => void answer(start));

import type { HttpOptions } from "../hostJson.ts";
import { sendStatus } from "./answer.ts";
import type { CallHttpFunction } from "./callHttpFunction.ts";

/**
 * host.json's `maxConcurrentRequests` run at once and the others wait, in order; what comes beyond
 * `maxOutstandingRequests`, waiting and running ones together, is answered 429 at once.
 */
export function limitRequests(
  call: CallHttpFunction,
  { maxConcurrentRequests, maxOutstandingRequests }: HttpOptions,
): CallHttpFunction {
  let outstanding = 0;
  let running = 0;
  const waiting: (() => void)[] = [];

  return async (request, response, url, route) => {
    if (outstanding >= maxOutstandingRequests) {
      sendStatus(response, 429);
      return;
    }
    outstanding += 1;
    if (running < maxConcurrentRequests) running += 1;
    // Whoever ends hands its place on, so that nobody new slips in between.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      await call(request, response, url, route);
    } finally {
      outstanding -= 1;
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

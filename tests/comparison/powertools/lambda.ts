import { LEASE_MS } from "../executor.ts";

/** What of an invocation's context the library reads: the time left, from which it makes the lease. */
export const context = { getRemainingTimeInMillis: () => LEASE_MS };

export type LambdaEvent = { readonly key: string; readonly payload: string };
export type LambdaAnswer = { readonly reservation: string };

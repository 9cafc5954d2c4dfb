import { randomUUID } from "node:crypto";
import { z } from "zod";
import { compareDecimals } from "../decimal.ts";
import { type Memory, processMemory } from "../memory/memory.ts";
import { collection } from "./keyedService.ts";
import { createKeyedStore } from "./keyedStore.ts";
import { Amount } from "./payloads.ts";

const DEFAULT_LIMIT = "10000";

const Question = z.object({
  accountId: z.string().min(1),
  amount: Amount,
  currency: z.string().regex(/^[A-Z]{3}$/),
  orderId: z.string().optional(),
});

/** Declines what is above the account's limit, which holds in whichever currency is asked. */
export function createCreditBureau(memory: Memory = processMemory) {
  const limits = memory.mapNamed<string>("limits");
  const decide = ({ accountId, amount, currency }: z.infer<typeof Question>) => {
    const limit = limits.get(accountId.toLowerCase()) ?? DEFAULT_LIMIT;
    const within = compareDecimals(amount, limit) <= 0;
    return {
      decision: within ? "approve" : "decline",
      reason: within ? "within the limit" : `above the limit of ${limit} ${currency}`,
      limit,
      currency,
      reference: randomUUID(),
    };
  };
  return {
    collections: [
      collection({
        name: "decisions",
        effect: "decision",
        payload: Question,
        store: createKeyedStore(memory.mapNamed("decisions")),
        act: decide,
      }),
    ],
    setLimits: (next: Readonly<Record<string, string>>) => {
      for (const [accountId, limit] of Object.entries(next)) {
        limits.set(accountId.toLowerCase(), limit);
      }
    },
  };
}

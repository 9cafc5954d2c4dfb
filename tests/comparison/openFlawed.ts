import { fakeClock } from "../support/fakeClock.ts";
import { type Call, type Column, type Executor, LEASE_MS } from "./executor.ts";

/**
 * `forgets`: runs whatever comes. `unfenced`: keeps a lease and the answer per key, but whoever is done writes, whether
 * the lease is still its own or not. `unowned`: also who is turned away frees the key.
 */
export type Flaw = "forgets" | "unfenced" | "unowned";

type Kept = { readonly expiresAt: number } | { readonly answer: string };

/** Ways to get idempotency wrong, in memory: what the harness must see. */
export function openFlawed(flaw: Flaw): Column {
  const clock = fakeClock();
  const kept = new Map<string, Kept>();
  let calls = 0;
  let losing = false;

  const write = (key: string, value: Kept) => {
    calls++;
    kept.set(key, value);
    if (!losing) return;
    losing = false;
    throw new Error("the answer was lost");
  };

  const perform = async ({ steps }: Call): Promise<string> => {
    const answer = await steps.reserve();
    await steps.confirm();
    return answer;
  };

  const leasing: Executor = {
    async run(call) {
      const { key } = call;
      const known = kept.get(key);
      if (known !== undefined && "answer" in known) return known.answer;
      if (known !== undefined && known.expiresAt > clock.now()) {
        if (flaw === "unowned") kept.delete(key);
        throw new Error("in progress");
      }
      try {
        write(key, { expiresAt: clock.now() + LEASE_MS });
        const answer = await perform(call);
        write(key, { answer });
        return answer;
      } catch (error) {
        kept.delete(key);
        throw error;
      }
    },
  };

  return {
    name: `flawed: ${flaw}`,
    versions: "",
    worker: () => (flaw === "forgets" ? { run: perform } : leasing),
    advance: clock.advance,
    storeCalls: () => calls,
    loseNextAnswer: () => {
      losing = true;
    },
    close: async () => undefined,
  };
}

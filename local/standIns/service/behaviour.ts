import { z } from "zod";

const times = z.int().positive().optional();
const ms = z.int().nonnegative().max(600_000);

/** How a stand-in treats its calls; with `times`, only so many, then it is well again. */
export const Behaviour = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("ok") }),
  /** Waits, then does its work as usual, whether or not the caller is still there. */
  z.strictObject({ mode: z.literal("slow"), delayMs: ms, times }),
  /** Refuses without doing anything. */
  z.strictObject({
    mode: z.literal("failing"),
    status: z.int().min(400).max(599).default(503),
    times,
  }),
  z.strictObject({
    mode: z.literal("throttling"),
    retryAfterSeconds: z.int().nonnegative(),
    times,
  }),
  /** Takes the request and never answers. */
  z.strictObject({ mode: z.literal("hanging"), times }),
  /** Does its work, then cuts the connection before the answer. */
  z.strictObject({ mode: z.literal("losing"), times }),
]);
export type Behaviour = z.infer<typeof Behaviour>;

const ok: Behaviour = { mode: "ok" };

/** The behaviour in force; `take` hands it to one call and counts that call. */
export function createScript() {
  let current = ok;
  let left = Number.POSITIVE_INFINITY;
  return {
    current: () => current,
    set: (behaviour: Behaviour) => {
      current = behaviour;
      left = (behaviour.mode === "ok" ? undefined : behaviour.times) ?? Number.POSITIVE_INFINITY;
    },
    take: (): Behaviour => {
      const taken = current;
      left -= 1;
      if (left <= 0) {
        current = ok;
        left = Number.POSITIVE_INFINITY;
      }
      return taken;
    },
  };
}

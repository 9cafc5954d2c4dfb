import type { Evidence } from "./evidence.ts";

/** How many result rows it leaves. One that was taken back before anybody looked at it leaves none. */
const rowsOf = {
  approved: [1, 1],
  "back-ordered": [1, 1],
  withdrawn: [0, 1],
  dead: [0, 0],
  commanded: [0, 0],
} as const;

/**
 * I1 and I10: everything drains in time, and each accepted order ends in exactly one state, the wanted one. Where a row
 * allows it, that state is a dead letter with one of these reasons.
 */
export function noLoss(
  { orders, left, deadMessages }: Pick<Evidence, "orders" | "left" | "deadMessages">,
  allowedReasons: readonly string[] = [],
): string[] {
  const dead = deadMessages
    .filter(({ reason }) => !allowedReasons.includes(reason))
    .map(({ queue, reason, messageId }) => `${queue}: ${messageId} is dead for ${reason}`);
  const isDead = (id: string) => deadMessages.some(({ text }) => text.includes(id));
  const lost = orders.flatMap(({ id, wanted, outcomes, holder }) => {
    const problems: string[] = [];
    const [least, most] = rowsOf[wanted];
    const isThere = outcomes.length >= least && outcomes.length <= most;
    if (!(isThere && outcomes.every((outcome) => outcome === wanted)) && !isDead(id)) {
      problems.push(`order ${id} had to end ${wanted}, its rows say [${outcomes.join(", ")}]`);
    }
    if (wanted === "dead" && !isDead(id)) problems.push(`order ${id} has no dead letter`);
    if (holder !== undefined) problems.push(`order ${id} is still held by ${holder}`);
    return problems;
  });
  return [...left.map((what) => `not drained: ${what}`), ...dead, ...lost];
}

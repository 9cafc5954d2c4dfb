/** What a client knows of something it asked for. */
export type Outcome = "asked" | "acknowledged";

/** What was asked for, until it is known to be done. */
export type Asked<How> = { readonly how: How; outcome: Outcome };

export type Settling = "complete" | "deadLetter" | "defer" | "abandon";

/** What a test's clients asked of a queue, and what they were told. */
export class QueueLedger {
  readonly sends = new Map<string, { outcome: Outcome; scheduled: boolean }>();
  readonly settlements = new Map<string, Asked<Settling>>();
  readonly deliveries = new Map<string, Set<string>>();
  readonly faults: string[] = [];

  delivered(id: string, sequenceNumber: string): void {
    const seen = this.deliveries.get(id) ?? new Set();
    this.deliveries.set(id, seen.add(sequenceNumber));
    const settled = this.settlements.get(id);
    if (settled?.outcome === "acknowledged" && settled.how !== "abandon") {
      this.faults.push(
        `${id} (${sequenceNumber}) was delivered after its ${settled.how} was acknowledged`,
      );
    }
  }

  /** What is wrong with what the queue holds in the end; nothing when all is well. */
  judge(found: readonly { id: string; state: string; sequenceNumber: string }[]): string[] {
    const faults = [...this.faults];
    const at = new Map<string, string>();
    for (const { id, state, sequenceNumber } of found) {
      if (!this.sends.has(id)) faults.push(`${id} was never sent`);
      if (at.has(id)) faults.push(`${id} is there twice`);
      at.set(id, state);
      this.deliveries.get(id)?.add(sequenceNumber);
    }
    for (const [id, { outcome, scheduled }] of this.sends) {
      const settled = this.settlements.get(id);
      const state = at.get(id);
      if (outcome === "acknowledged" && settled?.how !== "complete" && state === undefined)
        faults.push(`${id} is lost`);
      // Becoming available gives a scheduled message a second number.
      const numbers = this.deliveries.get(id)?.size ?? 0;
      if (numbers > (scheduled ? 2 : 1)) faults.push(`${id} had ${numbers} sequence numbers`);
    }
    for (const [id, { how, outcome }] of this.settlements) {
      if (outcome !== "acknowledged") continue;
      const state = at.get(id) ?? "gone";
      const expected = {
        complete: "gone",
        deadLetter: "dead",
        defer: "deferred",
        abandon: "active",
      };
      if (state !== expected[how]) faults.push(`${id} is ${state} after ${how}`);
    }
    return faults;
  }
}

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Claim, createIdempotency } from "../../../../shared/patterns/idempotency.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { HISTORIES } from "../../../support/histories.ts";
import { createMemoryScopeStore, type FoundScope } from "../../../support/memoryScopeStore.ts";

const LEASE_MS = 1_000;

/** Everything that was ever written to the scope; who holds it is looked up each time. */
class Model {
  now = 0;
  readonly writes: { readonly key: string; readonly kind: Kind; readonly at: number }[] = [];

  /** Whether a worker that has seen so many writes may have the scope for its key. */
  admits(seen: number, key: string): boolean {
    const last = this.writes[seen - 1];
    if (seen !== this.writes.length) return false;
    if (last === undefined || last.kind === "end") return true;
    const over = last.kind === "suspend" || last.at + LEASE_MS <= this.now;
    return last.key === key && over;
  }

  write(key: string, kind: Kind): number {
    return this.writes.push({ key, kind, at: this.now });
  }

  ends(): string[] {
    return this.writes.filter(({ kind }) => kind === "end").map(({ key }) => key);
  }
}

type Kind = "claim" | "end" | "suspend";

/** A worker may act on what it saw or was given long ago. */
type Worker = {
  seen?: { readonly found: FoundScope; readonly writes: number };
  held?: {
    readonly claim: Claim<number, string, string>;
    readonly key: string;
    readonly state: number;
    readonly writes: number;
  };
};

const worker = fc.nat(2);
const anAction = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(1, 500, 999, 1_000) }),
  fc.record({ kind: fc.constant("look" as const), worker }),
  fc.record({ kind: fc.constant("claim" as const), worker, key: fc.constantFrom("a", "a", "b") }),
  fc.record({ kind: fc.constant("end" as const), worker }),
  fc.record({ kind: fc.constant("suspend" as const), worker }),
);
type Action = typeof anAction extends fc.Arbitrary<infer Value> ? Value : never;

async function play(actions: readonly Action[]) {
  const clock = fakeClock(0);
  const { store, outcomes, current } = createMemoryScopeStore();
  const idempotency = createIdempotency({ store, clock, leaseMs: LEASE_MS });
  const model = new Model();
  const workers: Worker[] = [{}, {}, {}];
  const shown: string[] = [];
  const expected: string[] = [];

  const claim = async (self: Worker, key: string) => {
    const { seen } = self;
    const known = seen && { ...seen.found.row, version: seen.found.version };
    const request = { scope: "s", key, state: 0, work: key, attempt: 0, ...known };
    const admitted = model.admits(seen?.writes ?? 0, key);
    const refusal = seen === undefined ? "exists" : "scope-busy";
    expected.push(admitted ? "claimed" : refusal);
    const claimed = await idempotency.claim(request).catch(codeOf);
    shown.push(typeof claimed === "string" ? claimed : claimed.outcome);
    if (typeof claimed === "string" || claimed.outcome === "exists") return;
    const { state } = request;
    self.held = { claim: claimed.claim, key, state, writes: model.write(key, "claim") };
  };
  const giveBack = async ({ held }: Worker, how: "end" | "suspend") => {
    if (held === undefined) return;
    const isHolder = held.writes === model.writes.length;
    const { claim, key, state } = held;
    const done =
      how === "end"
        ? await claim.end(state + 1, key).then(() => true, isLost)
        : await claim.suspend(state, "half", 1);
    expected.push(`${how} ${isHolder}`);
    shown.push(`${how} ${done}`);
    if (isHolder) model.write(key, how);
  };

  for (const action of actions) {
    if (action.kind === "pass") {
      clock.advance(action.ms);
      model.now += action.ms;
      continue;
    }
    const self = workers[action.worker] as Worker;
    const found = current();
    if (action.kind === "claim") await claim(self, action.key);
    else if (action.kind !== "look") await giveBack(self, action.kind);
    else if (found !== undefined) self.seen = { found, writes: model.writes.length };
  }
  return { shown, expected, outcomes, ends: model.ends(), state: current()?.row.state ?? 0 };
}

const codeOf = (error: unknown) => (error as { code: string }).code;
const isLost = (error: unknown) => codeOf(error) !== "lease-lost";

it("lets one key at a time end, each once and on what the last one left, whoever sleeps", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAction, { maxLength: 60, size: "max" }), async (actions) => {
      const { shown, expected, outcomes, ends, state } = await play(actions);

      expect(shown).toEqual(expected);
      expect(outcomes).toEqual(ends);
      expect(state).toBe(ends.length);
    }),
    { numRuns: HISTORIES },
  );
});

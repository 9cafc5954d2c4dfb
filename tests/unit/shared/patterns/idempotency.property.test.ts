import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Claim,
  createIdempotency,
  type ScopeRow,
  type ScopeStore,
} from "../../../../shared/patterns/idempotency.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

const LEASE_MS = 100;
const WORKERS = 3;

/** How a storage call ends: as asked, not at all, or done without the caller's ever hearing of it. */
type Fate = "done" | "unreached" | "unheard";
type Row = ScopeRow<readonly string[], string>;
type Found = { readonly row: Row; readonly version: string };

const aStep = fc.record({
  do: fc.constantFrom(
    ...(["look", "look", "claim", "claim", "claim", "end", "end", "suspend", "pass"] as const),
  ),
  worker: fc.nat(WORKERS - 1),
  key: fc.constantFrom("a", "b", "c"),
  ms: fc.constantFrom(1, LEASE_MS - 1, LEASE_MS),
  fate: fc.constantFrom<Fate>("done", "done", "done", "unreached", "unheard"),
});
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

/** One row and the outcomes beside it; `fate` is that of the next call. */
function aStore() {
  const outcomes: string[] = [];
  const scope = { current: undefined as Found | undefined, outcomes, fate: "done" as Fate };
  const meet = <Answer>(write: () => Answer): Answer => {
    if (scope.fate === "unreached") throw new Error("unreachable");
    const answer = write();
    if (scope.fate === "unheard") throw new Error("unreachable");
    return answer;
  };
  const put = (row: Row): string => {
    const version = String(Number(scope.current?.version ?? 0) + 1);
    scope.current = { row, version };
    return version;
  };
  const store: ScopeStore<Row, string, Found> = {
    create: async (_scope, row) =>
      meet(() => (scope.current ? { found: scope.current } : { version: put(row) })),
    replace: async (_scope, row, version, outcome) =>
      meet(() => {
        if (scope.current?.version !== version) return undefined;
        if (outcome !== undefined) outcomes.push(outcome);
        return put(row);
      }),
  };
  return Object.assign(scope, { store });
}

/** Who may do what, told from the number of writes that each worker knows of; it has neither rows nor versions. */
class Model {
  now = 0;
  writes = 0;
  holder: { readonly key: string; readonly until: number } | undefined;
  ended: string[] = [];
  readonly looks = new Map<number, Pick<Model, "writes" | "holder">>();
  readonly claims = new Map<number, { readonly key: string; readonly writes: number }>();

  answers({ do: what, worker, key, ms, fate }: Step): string {
    switch (what) {
      case "pass":
        this.now += ms;
        return "passed";
      case "look":
        this.looks.set(worker, { writes: this.writes, holder: this.holder });
        return "looked";
      case "claim":
        return this.claim(worker, key, fate);
      case "end":
      case "suspend":
        break;
    }
    return this.release(what, worker, fate);
  }

  claim(worker: number, key: string, fate: Fate): string {
    const { writes, holder } = this.looks.get(worker) ?? { writes: 0, holder: undefined };
    if (holder !== undefined && (holder.key !== key || holder.until > this.now))
      return "scope-busy";
    const isFirst = writes === this.writes;
    if (fate !== "unreached" && isFirst) {
      this.writes++;
      this.holder = { key, until: this.now + LEASE_MS };
    }
    if (fate !== "done") return "unreachable";
    if (!isFirst) return writes === 0 ? "exists" : "scope-busy";
    this.claims.set(worker, { key, writes: this.writes });
    return "claimed";
  }

  release(how: "end" | "suspend", worker: number, fate: Fate): string {
    const claim = this.claims.get(worker);
    if (claim === undefined) return "nothing";
    const isFirst = claim.writes === this.writes;
    if (fate !== "unreached" && isFirst) {
      this.writes++;
      this.holder = how === "end" ? undefined : { key: claim.key, until: 0 };
      if (how === "end") this.ended.push(claim.key);
    }
    if (fate !== "done") return "unreachable";
    return isFirst ? how : "lease-lost";
  }
}

/** Workers that look at the scope now and again, and act on what they saw then. */
function aCrew(scope: ReturnType<typeof aStore>, clock: { readonly now: () => number }) {
  const { store } = scope;
  const { claim } = createIdempotency({ store, clock, leaseMs: LEASE_MS });
  const seen = new Map<number, Found | undefined>();
  const claims = new Map<
    number,
    { state: readonly string[]; held: Claim<readonly string[], string, string> }
  >();

  const act = async ({ do: what, worker, key }: Step): Promise<string> => {
    switch (what) {
      case "pass":
        return "passed";
      case "look":
        seen.set(worker, scope.current);
        return "looked";
      case "claim": {
        const found = seen.get(worker);
        const state = found?.row.state ?? [];
        const known = { ...found?.row, version: found?.version };
        const asked = { scope: "s", key, work: "", attempt: 0, ...known, state };
        const claimed = await claim(asked);
        if (claimed.outcome === "claimed") {
          claims.set(worker, { state: [...state, key], held: claimed.claim });
        }
        return claimed.outcome;
      }
      case "end":
      case "suspend":
        break;
    }
    const { state, held } = claims.get(worker) ?? {};
    if (state === undefined || held === undefined) return "nothing";
    if (what === "suspend") {
      return (await held.suspend(state.slice(0, -1), "", 0)) ? what : "lease-lost";
    }
    await held.end(state, state.at(-1) ?? "");
    return what;
  };
  return (step: Step): Promise<string> => {
    scope.fate = step.fate;
    return act(step).catch((error: unknown) =>
      error instanceof Error && "code" in error ? String(error.code) : "unreachable",
    );
  };
}

it(
  "lets one worker at a time at a scope, and loses no outcome, whatever calls fail and leases expire",
  unhurried,
  () =>
    everyHistory(
      fc.asyncProperty(fc.array(aStep, { maxLength: 30, size: "max" }), async (steps) => {
        const scope = aStore();
        const model = new Model();
        const act = aCrew(scope, { now: () => model.now });
        const actual: string[] = [];
        const expected: string[] = [];
        for (const step of steps) {
          actual.push(await act(step));
          expected.push(model.answers(step));
        }

        expect(actual).toEqual(expected);
        expect(scope.outcomes).toEqual(model.ended);
        expect(scope.current?.row.state ?? []).toEqual(model.ended);
      }),
    ),
);

import type { ScopeRow, ScopeStore } from "../../shared/patterns/idempotency.ts";

export type FoundScope = { readonly row: ScopeRow<number, string>; readonly version: string };

/** One scope in memory: state is a number, work a word, an outcome a word. */
export function createMemoryScopeStore() {
  let current: FoundScope | undefined;
  const outcomes: string[] = [];
  const store: ScopeStore<ScopeRow<number, string>, string, FoundScope> = {
    async create(_scope, row) {
      if (current !== undefined) return { found: current };
      current = { row, version: "1" };
      return { version: "1" };
    },
    async replace(_scope, row, version, outcome) {
      if (current?.version !== version) return undefined;
      current = { row, version: String(Number(version) + 1) };
      if (outcome !== undefined) outcomes.push(outcome);
      return current.version;
    },
  };
  return { store, outcomes, current: () => current };
}

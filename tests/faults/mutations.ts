/** A piece of source that one mutation takes out or turns round. Each must be there exactly once. */
export type Change = { readonly file: string; readonly from: string; readonly to: string };

export type Mutation = {
  readonly name: string;
  /** What the app is without. */
  readonly without: string;
  readonly changes: readonly Change[];
  /** Rows of which at least one has to go red, and how they are played. */
  readonly rows: readonly string[];
  readonly seeds: readonly number[];
};

export const mutations: readonly Mutation[] = [
  {
    name: "owner-token",
    without: "the owner token: a write of ours whose answer was lost counts as somebody else's",
    changes: [
      {
        file: "shared/adapters/ownedWrite.ts",
        from: "if (found?.owner === owner) return found.etag;",
        to: "",
      },
    ],
    rows: ["lost-answer-of-begin", "lost-answer-of-end"],
    seeds: [1],
  },
  {
    name: "etag-fence",
    without: "the ETag fence: who comes late overwrites",
    changes: [
      {
        file: "shared/adapters/orderStore.ts",
        from: 'return (await client.updateEntity(entity, "Replace", { ...options, etag })).etag;',
        to: 'return (await client.updateEntity(entity, "Replace", options)).etag;',
      },
      {
        file: "shared/adapters/orderStore.ts",
        from: '["update", entity, "Replace", { etag }],\n                ["upsert", toRecordEntity(order, record), "Replace"],',
        to: '["update", entity, "Replace"],\n                ["upsert", toRecordEntity(order, record), "Replace"],',
      },
    ],
    rows: ["zombie"],
    seeds: [1, 2, 3],
  },
  {
    name: "lineage",
    without: "the lineage in message ids: a copy has the id of the message that it is made from",
    changes: [
      {
        file: "shared/patterns/lineage.ts",
        from: "const suffix = `~${hop}`;",
        to: "if (hop > 0) return parentId;\n  const suffix = `~${hop}`;",
      },
    ],
    rows: ["attempts-are-spaced"],
    seeds: [1],
  },
  {
    name: "order-lease",
    without: "the lease on the order: nobody asks whether somebody is at work on it",
    changes: [
      {
        file: "shared/domain/processOrder.ts",
        from: "holder: lease && {",
        to: "holder: undefined && {",
      },
      {
        file: "shared/patterns/idempotency.ts",
        from: "return lease === undefined || (lease.key === key && lease.expiresAt <= now);",
        to: "return true;",
      },
    ],
    rows: ["withdrawn-in-flight"],
    seeds: [1, 2, 3],
  },
  {
    name: "breaker-row",
    without: "the breaker's row: each instance has a breaker of its own",
    changes: [
      {
        file: "shared/patterns/fleetBreakers.ts",
        from: "(rows): View => ({ at: startedAt, rows: new Map(rows) }),",
        to: "(): View => ({ at: startedAt, rows: undefined }),",
      },
    ],
    rows: ["breaker-shared"],
    seeds: [1],
  },
];

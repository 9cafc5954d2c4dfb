import { describe, expect, it } from "vitest";
import type { OrderStore } from "../../shared/adapters/orderStore.ts";
import type { OrderState, OrderWork } from "../../shared/domain/orderState.ts";
import type { ScopeRow } from "../../shared/patterns/idempotency.ts";
import {
  aContent,
  aRecord,
  aSubmission,
  CORRELATION_ID,
  keyOf,
  OTHER_CORRELATION_ID,
} from "./anOrder.ts";

type Row = ScopeRow<OrderState, OrderWork>;

const state: OrderState = { lastCommand: 0 };
const ended: OrderState = {
  lastCommand: 1,
  applied: { modifiedOn: 1_731_924_725_000, etag: 'W/"1"' },
  standing: { ...aSubmission(), status: "approved" },
};

const work: OrderWork = { kind: "submit", submission: aSubmission(), trail: [] };
const held: Row = {
  state,
  lease: {
    key: keyOf(),
    expiresAt: 1_731_924_785_000,
    attempt: 0,
    touchedAt: 1_731_924_725_000,
    work,
  },
};

/** What every order store must do; `order()` names a partition that nobody else uses. */
export function describeOrderStore(store: () => OrderStore, order: () => string): void {
  const created = async (partition: string, row: Row = held): Promise<string> => {
    const result = await store().create(partition, row, `${partition}:${CORRELATION_ID}:x`);
    if ("found" in result) throw new Error("the partition was not empty");
    return result.version;
  };
  const recordIn = (partition: string, correlationId = CORRELATION_ID, suffix = "") =>
    aRecord({ key: `${partition}:${correlationId}:OrderSubmitted${suffix}` });

  describe("order store", () => {
    it("knows nothing of an order before its first event", async () => {
      const partition = order();

      expect(await store().load(partition, CORRELATION_ID)).toEqual({ records: [] });
      expect(await store().traces(partition)).toEqual({ records: [], notes: [] });
    });

    it("gives back state and lease as they were written", async () => {
      const partition = order();
      const version = await created(partition);

      expect((await store().load(partition, CORRELATION_ID)).found).toEqual({ ...held, version });
    });

    it("creates an order once, and tells the second what is known", async () => {
      const partition = order();
      const version = await created(partition);
      const done = await store().replace(partition, { state: ended }, version, recordIn(partition));

      const second = await store().create(partition, held, recordIn(partition).key);

      expect(second).toEqual({
        found: {
          found: { state: ended, version: done },
          records: [recordIn(partition)],
        },
      });
    });

    it("lets one of many creators win", async () => {
      const partition = order();

      const results = await Promise.all(
        Array.from({ length: 10 }, () => store().create(partition, held, keyOf())),
      );

      expect(results.filter((result) => "version" in result)).toHaveLength(1);
    });

    it("refuses a write on a version that is no longer the latest, record and all", async () => {
      const partition = order();
      const version = await created(partition);
      await store().replace(partition, { state: ended }, version);

      const late = await store().replace(partition, { state }, version, recordIn(partition));

      expect(late).toBeUndefined();
      const { found, records } = await store().load(partition, CORRELATION_ID);
      expect(found?.state).toEqual(ended);
      expect(records).toEqual([]);
    });

    it("refuses a write on an order that is not there", async () => {
      expect(await store().replace(order(), { state }, 'W/"1"')).toBeUndefined();
    });

    it("lets one of many writers on the same version win", async () => {
      const partition = order();
      const version = await created(partition);

      const results = await Promise.all(
        Array.from({ length: 10 }, () => store().replace(partition, { state: ended }, version)),
      );

      expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    });

    it("finds the records of one correlation, and all of them for showing", async () => {
      const partition = order();
      const first = recordIn(partition);
      const again = recordIn(partition, CORRELATION_ID, ":1731924785000");
      const other = recordIn(partition, OTHER_CORRELATION_ID);
      let version: string | undefined = await created(partition);
      for (const record of [first, again, other]) {
        version = await store().replace(partition, { state: ended }, version ?? "", record);
      }

      const { records } = await store().load(partition, CORRELATION_ID);

      expect(records).toEqual([first, again]);
      expect((await store().traces(partition)).records).toHaveLength(3);
    });

    it("replaces the record of a key that was tried again", async () => {
      const partition = order();
      const failed = { ...recordIn(partition), result: { outcome: "failed" as const } };
      const version = await created(partition);
      const next = await store().replace(partition, { state }, version, failed);
      await store().replace(partition, { state: ended }, next ?? "", recordIn(partition));

      expect((await store().load(partition, CORRELATION_ID)).records).toEqual([
        recordIn(partition),
      ]);
    });

    const note = {
      correlationId: CORRELATION_ID,
      outcome: "ignored" as const,
      reason: "superseded",
      at: 1_731_924_725_000,
    };

    it("keeps notes apart from state and records", async () => {
      const partition = order();

      await store().note(partition, note);

      expect(await store().load(partition, CORRELATION_ID)).toEqual({ records: [] });
      expect((await store().traces(partition)).notes).toEqual([note]);
    });

    it("is fenced by making an unknown order known", async () => {
      const partition = order();

      expect(await store().fence(partition, note, { state })).toBe(true);

      expect(await store().create(partition, held, keyOf())).toMatchObject({
        found: { found: { state } },
      });
      expect((await store().traces(partition)).notes).toEqual([note]);
    });

    it("is fenced against every claim decided on before", async () => {
      const partition = order();
      const version = await created(partition, { state });

      expect(await store().fence(partition, note, { state: ended, version })).toBe(true);

      expect(await store().replace(partition, held, version)).toBeUndefined();
      expect((await store().load(partition, CORRELATION_ID)).found?.state).toEqual(ended);
    });

    it("is not fenced, nor noted, when another writer was quicker", async () => {
      const [unknown, known] = [order(), order()];
      await created(unknown);
      const version = await created(known, { state });
      await store().replace(known, held, version);

      expect(await store().fence(unknown, note, { state })).toBe(false);
      expect(await store().fence(known, note, { state, version })).toBe(false);

      expect((await store().load(known, CORRELATION_ID)).found).toMatchObject(held);
      expect((await store().traces(known)).notes).toEqual([]);
    });

    it("gives text back whatever is in it, from the transaction that ends a key too", async () => {
      const partition = order();
      const orderNumber = `\u2028\u2029x${"\ud83d\udeb2".repeat(20_000)}`;
      const submission = aSubmission({ content: { ...aContent, orderNumber } });
      const row: Row = { state: { ...ended, standing: { ...submission, status: "approved" } } };
      const version = await created(partition, row);

      await store().replace(partition, row, version, recordIn(partition));

      expect((await store().load(partition, CORRELATION_ID)).found?.state).toEqual(row.state);
    });

    it("holds an order of a thousand lines", async () => {
      const partition = order();
      const lines = Array.from({ length: 1_000 }, (_, index) => ({
        sku: `SKU-${index}-${"x".repeat(40)}`,
        quantity: "12.5000000000",
      }));
      const submission = aSubmission({ content: { ...aContent, lines } });
      const large: Row = { state: { ...ended, standing: { ...submission, status: "approved" } } };
      await created(partition, large);

      expect((await store().load(partition, CORRELATION_ID)).found?.state).toEqual(large.state);
    });
  });
}

import { describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../../shared/adapters/serviceBusSender.ts";
import type { UncertainStore } from "../../shared/patterns/reconciliation.ts";

const SINCE = 1_731_924_725_000;

export function anUncertain(since = SINCE, messageId = "a~1") {
  return {
    queue: "orders",
    call: { target: "inventory", path: "/reservations/a", key: "a" },
    since,
    message: {
      body: Buffer.from('{"a":"ü"}'),
      messageId,
      contentType: "application/json",
      applicationProperties: { attempt: 1, hop: 1 },
    },
  };
}

/** What every store of uncertain messages must do; `store` gives one that is empty. */
export function describeUncertainStore(store: () => UncertainStore<OutgoingMessage>): void {
  describe("store of uncertain messages", () => {
    it("gives back what it was given, oldest first", async () => {
      const kept = store();
      const rows = [anUncertain(SINCE + 1, "b~1"), anUncertain(SINCE, "a~1")];
      for (const row of rows) await kept.keep(row);

      expect(await kept.oldest(10)).toMatchObject(rows.toReversed().map((kept) => ({ kept })));
      expect(await kept.oldest(1)).toMatchObject([{ kept: rows[1] }]);
    });

    it("goes on after a row, though that is gone meanwhile", async () => {
      const kept = store();
      for (let row = 0; row < 3; row++) await kept.keep(anUncertain(SINCE + row, `m${row}`));
      const [first] = await kept.oldest(1);
      await kept.remove(first?.rowId ?? "");

      const rest = await kept.oldest(10, first?.rowId);

      expect(rest).toMatchObject([{ kept: { since: SINCE + 1 } }, { kept: { since: SINCE + 2 } }]);
      expect(await kept.oldest(10, rest.at(-1)?.rowId)).toEqual([]);
    });

    it("holds a message once, however often it is kept", async () => {
      const kept = store();
      await kept.keep(anUncertain());
      await kept.keep(anUncertain());

      expect(await kept.oldest(10)).toHaveLength(1);
    });

    it("forgets a message, and does not mind being told twice", async () => {
      const kept = store();
      await kept.keep(anUncertain());
      const [row] = await kept.oldest(1);

      await kept.remove(row?.rowId ?? "");
      await kept.remove(row?.rowId ?? "");

      expect(await kept.oldest(10)).toEqual([]);
    });

    it("holds a warehouse command of a thousand lines", async () => {
      const kept = store();
      const body = Buffer.from("ü".repeat(90_000));
      await kept.keep({ ...anUncertain(), message: { ...anUncertain().message, body } });

      const [row] = await kept.oldest(1);

      expect(row).toHaveProperty("kept.message.body", body);
    });
  });
}

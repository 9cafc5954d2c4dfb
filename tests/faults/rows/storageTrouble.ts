import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../row.ts";

const RETRY_AFTER_SECONDS = 1;
/** Calls that a message's one try may cost, and those of timers and breakers in a second. */
const CALLS_A_TRY = 4;
const OTHERS_A_SECOND = 6;

export const storageThrottled: Row = {
  name: "storage-throttled",
  fault: "the tables answer 503 with Retry-After",
  holds: "nothing is accepted that is not durable, and nobody asks again before that time",
  async run({ orders, tables, between }) {
    const ids = await Promise.all(Array.from({ length: between(2, 5) }, () => orders.enter()));
    const outageMs = between(1_500, 3_000);
    tables.plan({ fault: { retryAfterSeconds: RETRY_AFTER_SECONDS }, times: 100_000 });
    await Promise.all(ids.map(orders.submit));
    await sleep(outageMs);

    const met = tables.met();
    tables.heal();
    await Promise.all(ids.map((id) => orders.post(id)));
    const tries = outageMs / 1_000 / RETRY_AFTER_SECONDS + 1;
    // Each order has a reference from either door.
    const most = tries * (2 * ids.length * CALLS_A_TRY + OTHERS_A_SECOND);
    return met > most ? [`${met} calls met a throttled table, ${most} at most were due`] : [];
  },
};

export const storageSilent: Row = {
  name: "storage-silent",
  fault: "the tables take requests and never answer",
  holds: "every call ends in its time; door c answers within ten seconds; messages wait",
  async run({ orders, tables, between }) {
    const ids = await Promise.all(Array.from({ length: between(2, 5) }, () => orders.enter()));
    tables.plan({ fault: "hold", times: 100_000 });
    const accepted = Promise.all(
      ids.map(async (id) => {
        await orders.submit(id);
        await orders.post(id);
      }),
    );
    await sleep(between(1_000, 5_000));

    tables.heal();
    await accepted;
    return [];
  },
};

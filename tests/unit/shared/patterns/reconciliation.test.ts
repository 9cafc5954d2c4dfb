import { describe, expect, it } from "vitest";
import { createReconciliation } from "../../../../shared/patterns/reconciliation.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { createMemoryUncertainStore } from "../../../support/memoryUncertainStore.ts";
import { anUncertain } from "../../../support/uncertainStoreContract.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

function aTarget() {
  const clock = fakeClock();
  const store = { ...createMemoryUncertainStore() };
  const sent: string[] = [];
  const asked: string[] = [];
  const target = {
    answers: (_path: string): boolean | undefined => true,
    away: [] as readonly string[],
    asksForMs: 0,
    refused: [] as readonly string[],
    crashAfterSend: false,
  };
  const send = (how: string) => async (queue: string, message: { readonly messageId: string }) => {
    if (target.refused.includes(message.messageId)) throw new Error("refused");
    sent.push(`${how} ${queue} ${message.messageId}`);
    if (target.crashAfterSend) throw new Error("killed");
  };
  const reconcile = createReconciliation({
    store,
    async had({ target: name, path }) {
      asked.push(path);
      clock.advance(target.asksForMs);
      if (target.away.includes(name)) throw new Error("down");
      return target.answers(path);
    },
    send: send("go on"),
    sendLast: send("once more"),
    clock,
    maxAgeMs: DAY_MS,
  });
  const keep = (messageId: string, target = "inventory") => {
    const call = { target, path: messageId, key: messageId };
    return store.keep({ ...anUncertain(clock.now(), messageId), call });
  };
  return Object.assign(target, { clock, store, sent, asked, reconcile, keep });
}

describe("reconciling outcomes", () => {
  it.each([
    [true, { done: 1, unseen: 0, overdue: 0, waiting: 0 }],
    [false, { done: 0, unseen: 1, overdue: 0, waiting: 0 }],
  ])("sends a message on once its target tells (effect: %s)", async (answer, counts) => {
    const target = aTarget();
    await target.keep("a~1");
    target.answers = () => answer;

    expect(await target.reconcile()).toEqual(counts);

    expect(target.sent).toEqual(["go on orders a~1"]);
    expect(await target.store.oldest(1)).toEqual([]);
  });

  it("waits while the target says nothing, and asks it once a run", async () => {
    const target = aTarget();
    await target.keep("a~1");
    await target.keep("b~1");
    target.away = ["inventory"];

    expect(await target.reconcile()).toMatchObject({ waiting: 2 });

    expect(target.asked).toHaveLength(1);
    expect(target.sent).toEqual([]);
  });

  it("gives a message one last attempt when the target says nothing for a day", async () => {
    const target = aTarget();
    await target.keep("a~1");
    target.away = ["inventory"];
    target.clock.advance(DAY_MS - 1);
    expect(await target.reconcile()).toMatchObject({ waiting: 1 });
    target.clock.advance(1);

    expect(await target.reconcile()).toMatchObject({ overdue: 1 });

    expect(target.sent).toEqual(["once more orders a~1"]);
  });

  it("keeps what the bus does not take, and repeats under the same id what a crash left", async () => {
    const target = aTarget();
    await target.keep("a~1");
    target.refused = ["a~1"];
    expect(await target.reconcile()).toMatchObject({ done: 0, because: new Error("refused") });
    target.refused = [];
    target.crashAfterSend = true;
    expect(await target.reconcile()).toMatchObject({ done: 0, because: new Error("killed") });
    target.crashAfterSend = false;

    await target.reconcile();

    expect(target.sent).toEqual(["go on orders a~1", "go on orders a~1"]);
  });

  it("gets to a message behind hundreds that wait for another target", async () => {
    const target = aTarget();
    for (let row = 0; row < 450; row++) await target.keep(`a${row}~1`);
    target.clock.advance(1);
    await target.keep("b~1", "warehouse");
    target.away = ["inventory"];

    expect(await target.reconcile()).toEqual({ done: 1, unseen: 0, overdue: 0, waiting: 450 });

    expect(target.sent).toEqual(["go on orders b~1"]);
    expect(target.asked).toHaveLength(2);
  });

  it("gets to a message behind one that its target cannot tell of, which has its day all the same", async () => {
    const target = aTarget();
    await target.keep("a~1");
    await target.keep("b~1");
    target.answers = (path) => (path === "a~1" ? undefined : true);

    expect(await target.reconcile()).toMatchObject({ done: 1, waiting: 1 });
    target.clock.advance(DAY_MS);
    expect(await target.reconcile()).toMatchObject({ overdue: 1, waiting: 0 });

    expect(target.sent).toEqual(["go on orders b~1", "once more orders a~1"]);
  });

  it("gets to a message behind one that cannot be read and one that the bus refuses", async () => {
    const target = aTarget();
    for (const messageId of ["a~1", "b~1", "c~1"]) await target.keep(messageId);
    const { oldest } = target.store;
    const unreadable = { rowId: "0", kept: new Error("cannot be read") };
    target.store.oldest = async (count, after) =>
      after === undefined ? [unreadable, ...(await oldest(count))] : await oldest(count, after);
    target.refused = ["a~1"];

    expect(await target.reconcile()).toMatchObject({ done: 2, because: unreadable.kept });

    expect(target.sent).toEqual(["go on orders b~1", "go on orders c~1"]);
    expect(await oldest(10)).toMatchObject([{ kept: { message: { messageId: "a~1" } } }]);
  });

  it("leaves the rest to the next run after a minute", async () => {
    const target = aTarget();
    for (const messageId of ["a~1", "b~1", "c~1"]) await target.keep(messageId);
    target.asksForMs = 30_000;

    const runs = [await target.reconcile(), await target.reconcile()];

    expect(runs).toMatchObject([{ done: 2, because: new Error("out of time") }, { done: 1 }]);
  });

  it("reads the rows once when there are none", async () => {
    const target = aTarget();
    const { oldest } = target.store;
    let reads = 0;
    target.store.oldest = (...given) => {
      reads++;
      return oldest(...given);
    };

    await target.reconcile();

    expect(reads).toBe(1);
  });
});

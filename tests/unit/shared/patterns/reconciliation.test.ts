import { describe, expect, it } from "vitest";
import { createReconciliation } from "../../../../shared/patterns/reconciliation.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { createMemoryUncertainStore } from "../../../support/memoryUncertainStore.ts";
import { anUncertain } from "../../../support/uncertainStoreContract.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

function aTarget() {
  const clock = fakeClock();
  const store = createMemoryUncertainStore();
  const sent: string[] = [];
  const asked: string[] = [];
  const target = {
    answers: true as boolean | undefined,
    busDown: false,
    crashAfterSend: false,
  };
  const send = (how: string) => async (queue: string, message: { readonly messageId: string }) => {
    if (target.busDown) throw new Error("bus down");
    sent.push(`${how} ${queue} ${message.messageId}`);
    if (target.crashAfterSend) throw new Error("killed");
  };
  const reconcile = createReconciliation({
    store,
    async had({ path }) {
      asked.push(path);
      if (target.answers === undefined) throw new Error("down");
      return target.answers;
    },
    send: send("go on"),
    sendLast: send("once more"),
    clock,
    maxAgeMs: DAY_MS,
  });
  const keep = (messageId: string) => store.keep(anUncertain(clock.now(), messageId));
  return Object.assign(target, { clock, store, sent, asked, reconcile, keep });
}

describe("reconciling outcomes", () => {
  it.each([
    [true, { done: 1, unseen: 0, overdue: 0, waiting: 0 }],
    [false, { done: 0, unseen: 1, overdue: 0, waiting: 0 }],
  ])("sends a message on once its target tells (effect: %s)", async (answer, counts) => {
    const target = aTarget();
    await target.keep("a~1");
    target.answers = answer;

    expect(await target.reconcile()).toEqual(counts);

    expect(target.sent).toEqual(["go on orders a~1"]);
    expect(await target.store.oldest(1)).toEqual([]);
  });

  it("waits while the target says nothing, and asks it once a run", async () => {
    const target = aTarget();
    await target.keep("a~1");
    await target.keep("b~1");
    target.answers = undefined;

    expect(await target.reconcile()).toMatchObject({ waiting: 2 });

    expect(target.asked).toHaveLength(1);
    expect(target.sent).toEqual([]);
  });

  it("gives a message one last attempt when the target says nothing for a day", async () => {
    const target = aTarget();
    await target.keep("a~1");
    target.answers = undefined;
    target.clock.advance(DAY_MS - 1);
    expect(await target.reconcile()).toMatchObject({ waiting: 1 });
    target.clock.advance(1);

    expect(await target.reconcile()).toMatchObject({ overdue: 1 });

    expect(target.sent).toEqual(["once more orders a~1"]);
  });

  it("keeps what the bus does not take, and repeats under the same id what a crash left", async () => {
    const target = aTarget();
    await target.keep("a~1");
    target.busDown = true;
    await expect(target.reconcile()).rejects.toThrow("bus down");
    target.busDown = false;
    target.crashAfterSend = true;
    await expect(target.reconcile()).rejects.toThrow("killed");
    target.crashAfterSend = false;

    await target.reconcile();

    expect(target.sent).toEqual(["go on orders a~1", "go on orders a~1"]);
  });
});

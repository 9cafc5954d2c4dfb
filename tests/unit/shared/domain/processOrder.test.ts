import { describe, expect, it } from "vitest";
import { ParkError, RetryableError, TerminalError } from "../../../../shared/errors.ts";
import {
  anEvent,
  anUnprovenEvent,
  aRow,
  keyOf,
  ORDER,
  OTHER_CORRELATION_ID,
  SAVED_AT,
} from "../../../support/anOrder.ts";
import {
  ABANDONED_AFTER_MS,
  createOrderWorld,
  LEASE_MS,
  type OrderWorld,
} from "../../../support/orderWorld.ts";

const LATER = SAVED_AT + 60_000;
const other = { correlationId: OTHER_CORRELATION_ID, modifiedOn: LATER };
const withdrawal = anEvent({ ...other, type: "OrderWithdrawn" });
const resubmission = anEvent(other);
const again = { attempt: 2, repeated: true };

const withdrawnRow = aRow({ phase: "withdrawn", modifiedOn: LATER });
const resubmittedRow = aRow({ modifiedOn: LATER });

function failOnce(world: OrderWorld, point: string, error: Error): void {
  world.interfere = (reached) => {
    if (reached !== point) return;
    world.interfere = () => undefined;
    throw error;
  };
}

/** Storage calls of what `run` does. */
async function callsOf(world: OrderWorld, run: () => Promise<unknown>): Promise<string[]> {
  const before = world.store.calls.length;
  await run();
  return world.store.calls.slice(before);
}

describe("an order in stock", () => {
  it("is reserved, shipped, written back and approved", async () => {
    const world = createOrderWorld();

    const processed = await world.process(anEvent());

    expect(processed).toEqual({ order: ORDER, outcome: "approved" });
    expect([...world.inventory.effects.keys()]).toEqual([`${keyOf()}:reserve`]);
    expect(world.commands()).toEqual(["1 requestShipment"]);
    expect([...world.results.values()]).toEqual([
      {
        submission: keyOf(),
        order: ORDER,
        outcome: "approved",
        orderNumber: "ORD-01000",
        total: "1249.5000",
        currency: "EUR",
      },
    ]);
  });

  it("costs two storage calls", async () => {
    const world = createOrderWorld();

    expect(await callsOf(world, () => world.process(anEvent()))).toEqual(["create", "replace"]);
  });

  it("shows its trail", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());

    const view = await world.view();

    expect(view).toMatchObject({
      state: "approved",
      orderNumber: "ORD-01000",
      submission: keyOf(),
    });
    expect(view?.trail.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      "reserve reserved",
      "requestShipment done",
      "writeBack approved",
    ]);
  });

  it("reports each step after it was committed", async () => {
    const world = createOrderWorld();

    await world.process(anEvent());

    expect(world.readings).toEqual([
      { metric: "order.reserve.ms", key: "reserved" },
      { metric: "order.requestShipment.ms", key: "done" },
      { metric: "order.writeBack.ms", key: "approved" },
      { metric: "order.attempt", key: "approved" },
    ]);
  });

  it.each([
    ["once", "before sendCommand", 0, ["reserved", "interrupted"]],
    ["not at all while that cannot be recorded", "before replace", 0, ["interrupted"]],
    ["not at all when another worker took over", "before sendCommand", LEASE_MS, ["interrupted"]],
  ])("reports a step of an attempt that failed %s", async (_what, point, pausedMs, keys) => {
    const world = createOrderWorld();
    world.interfere = async (reached) => {
      if (reached !== point) return;
      world.interfere = () => undefined;
      if (pausedMs > 0) {
        world.clock.advance(pausedMs);
        await world.process(anEvent(), { repeated: true });
        world.readings.length = 0;
      }
      world.interfere = (later) => {
        if (later === point) throw new ParkError("storage-unavailable", "no table");
      };
      throw new ParkError("bus-unavailable", "no bus");
    };

    await expect(world.process(anEvent())).rejects.toBeInstanceOf(ParkError);
    expect(world.readings.map(({ key }) => key)).toEqual(keys);
  });
});

describe("an order out of stock", () => {
  it("is told to procurement and back-ordered, and nothing is shipped", async () => {
    const world = createOrderWorld();
    world.inStock = false;

    const processed = await world.process(anEvent());

    expect(processed.outcome).toBe("back-ordered");
    expect([...world.procurement.effects.keys()]).toEqual([`${keyOf()}:requestProcurement`]);
    expect(world.commands()).toEqual([]);
    expect(world.outcomes()).toEqual(["back-ordered"]);
  });

  it("stays back-ordered when stock arrives between its attempts", async () => {
    const world = createOrderWorld();
    world.inStock = false;
    failOnce(world, "before requestProcurement", new RetryableError("procurement", "down"));
    await expect(world.process(anEvent())).rejects.toThrow("down");
    world.inStock = true;

    const processed = await world.process(anEvent(), again);

    expect(processed.outcome).toBe("back-ordered");
  });
});

describe("a duplicate", () => {
  it("by another door answers as before, with two storage calls and no effect", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());

    const calls = await callsOf(world, async () => {
      expect(await world.process(anEvent({ door: "endpoint" }))).toEqual({
        order: ORDER,
        outcome: "approved",
        replayed: true,
      });
    });

    expect(calls).toEqual(["create", "load"]);
    expect(world.inventory.calls).toHaveLength(1);
  });

  it("of the stripped kind answers as before", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());

    expect(await world.process(anUnprovenEvent())).toMatchObject({ replayed: true });
  });

  it("that waited costs one storage call and no read of the row", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());

    const calls = await callsOf(world, () => world.process(anEvent(), { repeated: true }));

    expect(calls).toEqual(["load"]);
    expect(world.rowReads).toBe(1);
  });

  it("that comes while the first is at work is parked", async () => {
    const world = createOrderWorld();
    let duplicate: unknown;
    const nested: Promise<unknown>[] = [];
    world.interfere = (point) => {
      if (point !== "after reserve") return;
      world.interfere = () => undefined;
      nested.push(
        world.process(anEvent()).catch((error: unknown) => {
          duplicate = error;
        }),
      );
    };

    await world.process(anEvent());
    await Promise.all(nested);

    expect(duplicate).toBeInstanceOf(ParkError);
    expect(duplicate).toMatchObject({ code: "order-busy" });
    expect(world.commands()).toEqual(["1 requestShipment"]);
  });
});

describe("a withdrawal", () => {
  it("releases the stock, cancels the shipment and rewrites the result", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());
    world.row = withdrawnRow;

    const processed = await world.process(withdrawal);

    expect(processed.outcome).toBe("withdrawn");
    expect(world.inventory.calls).toEqual([`${keyOf()}:reserve`, `${keyOf()}:release`]);
    expect(world.commands()).toEqual(["1 requestShipment", "2 cancelShipment"]);
    expect(world.outcomes()).toEqual(["withdrawn"]);
  });

  it("of a back-ordered order cancels the procurement", async () => {
    const world = createOrderWorld();
    world.inStock = false;
    await world.process(anEvent());
    world.row = withdrawnRow;

    await world.process(withdrawal);

    expect(world.procurement.calls).toEqual([
      `${keyOf()}:requestProcurement`,
      `${keyOf()}:cancelProcurement`,
    ]);
    expect(world.commands()).toEqual([]);
    expect(world.outcomes()).toEqual(["withdrawn"]);
  });

  it("costs three storage calls", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());
    world.row = withdrawnRow;

    expect(await callsOf(world, () => world.process(withdrawal))).toEqual([
      "load",
      "replace",
      "replace",
    ]);
  });

  it("before its submission was processed leaves nothing to do for either", async () => {
    const world = createOrderWorld();
    world.row = withdrawnRow;

    const outcomes = [await world.process(withdrawal), await world.process(anEvent())];

    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["ignored", "superseded"],
      ["ignored", "already-applied"],
    ]);
    expect(world.inventory.calls).toEqual([]);
    expect(await world.view()).toMatchObject({ state: "ignored", reason: "superseded" });
  });

  it("that leaves nothing to undo costs two storage calls", async () => {
    const world = createOrderWorld();
    world.row = withdrawnRow;

    expect(await callsOf(world, () => world.process(withdrawal))).toEqual(["load", "fence"]);
  });

  it("waits while the submission has not ended, even when its worker is gone", async () => {
    const world = createOrderWorld();
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(anEvent())).rejects.toThrow("down");
    world.row = withdrawnRow;
    world.clock.advance(10 * LEASE_MS);

    await expect(world.process(withdrawal)).rejects.toMatchObject({ code: "order-busy" });
    expect(world.outcomes()).toEqual([]);
  });
});

describe("an event that is ignored", () => {
  it("claims no key: the same correlation submits the order later under the key itself", async () => {
    const world = createOrderWorld();
    world.row = withdrawnRow;
    const ignored = await world.process(anEvent());
    world.row = aRow({ modifiedOn: LATER + 60_000 });

    const processed = await world.process(anEvent({ modifiedOn: LATER + 60_000 }));

    expect(ignored).toMatchObject({ outcome: "ignored", reason: "superseded" });
    expect(processed.outcome).toBe("approved");
    expect([...world.results.keys()]).toEqual([keyOf()]);
  });
});

describe("a key whose message is dead", () => {
  async function anAbandonedOrder() {
    const world = createOrderWorld();
    // However long its target asked it to wait.
    const down = new RetryableError("dataverse", "down", { retryAfterMs: 2 * ABANDONED_AFTER_MS });
    failOnce(world, "before writeBack", down);
    await expect(world.process(anEvent())).rejects.toThrow("down");
    world.row = withdrawnRow;
    world.clock.advance(ABANDONED_AFTER_MS);
    return world;
  }

  it("is finished by the order's next event, which then comes again for itself", async () => {
    const world = await anAbandonedOrder();

    await expect(world.process(withdrawal)).rejects.toMatchObject({ code: "order-busy" });

    expect(world.outcomes()).toEqual(["withdrawn"]);
    expect(await world.process(withdrawal)).toMatchObject({ reason: "already-applied" });
    expect(await world.process(anEvent())).toMatchObject({ outcome: "withdrawn", replayed: true });
  });

  it("costs that event no attempt when it cannot be finished, and is left alone for a while", async () => {
    const world = await anAbandonedOrder();
    failOnce(world, "before release", new RetryableError("inventory", "down"));

    const waiting = { name: "ParkError", code: "order-busy" };
    await expect(world.process(withdrawal)).rejects.toMatchObject(waiting);
    const calls = world.inventory.calls.length;
    await expect(world.process(withdrawal)).rejects.toMatchObject(waiting);

    expect(world.inventory.calls).toHaveLength(calls);
  });
});

describe("a submission over a standing one", () => {
  it("undoes it first, with commands numbered on, in four storage calls", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());
    world.row = resubmittedRow;

    const calls = await callsOf(world, () => world.process(resubmission));

    expect(calls).toEqual(["create", "load", "replace", "replace"]);
    expect(world.commands()).toEqual([
      "1 requestShipment",
      "2 cancelShipment",
      "3 requestShipment",
    ]);
    expect(world.outcomes()).toEqual(["withdrawn", "approved"]);
  });

  it("under the same correlation is another submission", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());
    world.row = resubmittedRow;

    await world.process(anEvent({ modifiedOn: LATER }));
    const duplicate = await world.process(anEvent({ modifiedOn: LATER }));

    expect(duplicate.replayed).toBe(true);
    expect([...world.results.keys()]).toEqual([keyOf(), `${keyOf()}:${LATER}`]);
  });
});

describe("a retry", () => {
  it("goes on after the last finished step, in three storage calls", async () => {
    const world = createOrderWorld();
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(anEvent())).rejects.toThrow("down");

    const calls = await callsOf(world, () => world.process(anEvent(), again));

    expect(calls).toEqual(["load", "replace", "replace"]);
    expect(world.inventory.calls).toHaveLength(1);
    expect(world.commands()).toEqual(["1 requestShipment"]);
    expect(world.outcomes()).toEqual(["approved"]);
  });

  it("carries what the first attempt carried, though the row was edited meanwhile", async () => {
    const world = createOrderWorld();
    failOnce(world, "after reserve", new RetryableError("inventory", "no answer"));
    await expect(world.process(anEvent())).rejects.toThrow("no answer");
    world.row = aRow({
      modifiedOn: LATER,
      content: { ...(aRow().content as object), lines: [{ sku: "OTHER", quantity: "9" }] },
    });

    await world.process(anEvent(), again);

    expect(world.outcomes()).toEqual(["approved"]);
  });

  it("tells which calls have got their answer, those of the first attempt among them", async () => {
    const world = createOrderWorld();
    const told: string[] = [];
    const answered = (key: string) => void told.push(key);
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(anEvent(), { answered })).rejects.toThrow("down");
    expect(told).toEqual([`${keyOf()}:reserve`, `${keyOf()}:requestShipment`]);
    told.length = 0;

    await world.process(anEvent(), { ...again, answered });

    expect(told).toEqual(
      ["reserve", "requestShipment", "writeBack"].map((step) => `${keyOf()}:${step}`),
    );
  });

  it("tells that a call which was taken back is not unknown any more", async () => {
    const world = createOrderWorld();
    world.inStock = false;
    failOnce(world, "after requestProcurement", new RetryableError("procurement", "no answer"));
    await expect(world.process(anEvent())).rejects.toThrow("no answer");
    world.row = withdrawnRow;
    const told: string[] = [];

    await world.process(anEvent(), { ...again, answered: (key) => void told.push(key) });

    expect(told).toContain(`${keyOf()}:requestProcurement`);
  });

  it("that finds the order withdrawn undoes what may have been done", async () => {
    const world = createOrderWorld();
    failOnce(world, "after sendCommand", new RetryableError("bus", "no answer"));
    await expect(world.process(anEvent())).rejects.toThrow("no answer");
    world.row = withdrawnRow;

    const processed = await world.process(anEvent(), again);

    expect(processed.outcome).toBe("withdrawn");
    expect(world.commands()).toEqual(["1 requestShipment", "2 cancelShipment"]);
    expect(await world.process(withdrawal)).toMatchObject({ reason: "already-applied" });
  });

  it("that began to undo goes on undoing, though the order was submitted again meanwhile", async () => {
    const world = createOrderWorld();
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(anEvent())).rejects.toThrow("down");
    world.row = withdrawnRow;
    failOnce(world, "after release", new RetryableError("inventory", "no answer"));
    await expect(world.process(anEvent(), again)).rejects.toThrow("no answer");
    world.row = aRow({ modifiedOn: LATER, etag: "submitted again" });

    const outcomes = [await world.process(anEvent(), again), await world.process(resubmission)];

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["withdrawn", "approved"]);
    expect(world.commands()).toEqual([
      "1 requestShipment",
      "2 cancelShipment",
      "3 requestShipment",
    ]);
  });

  it("that finds the order withdrawn before anything was reserved ships nothing", async () => {
    const world = createOrderWorld();
    failOnce(world, "before reserve", new RetryableError("inventory", "down"));
    await expect(world.process(anEvent())).rejects.toThrow("down");
    world.row = withdrawnRow;

    await world.process(anEvent(), again);

    expect(world.commands()).toEqual([]);
    expect(world.outcomes()).toEqual(["withdrawn"]);
  });

  it("counts the attempt of the record when the message knows of fewer", async () => {
    const world = createOrderWorld();
    failOnce(world, "before reserve", new RetryableError("inventory", "down"));
    await expect(world.process(anEvent())).rejects.not.toMatchObject({ attempt: 1 });
    failOnce(world, "before reserve", new RetryableError("inventory", "down"));

    const redelivered = world.process(anEvent(), { attempt: 1, repeated: true });

    await expect(redelivered).rejects.toMatchObject({ code: "inventory", attempt: 2 });
  });
});

describe("giving up", () => {
  const lastAttempt = { ...again, deadLetterReason: () => "attempts-exhausted" };

  it("ends the key as failed, so that later events are not held up", async () => {
    const world = createOrderWorld();
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(anEvent(), lastAttempt)).rejects.toThrow("down");
    world.row = withdrawnRow;

    expect(await world.view()).toMatchObject({ state: "failed", reason: "attempts-exhausted" });
    expect(await world.process(withdrawal)).toMatchObject({ outcome: "withdrawn" });
    expect(world.commands()).toEqual(["1 requestShipment", "2 cancelShipment"]);
  });

  it("does not happen where the outcome is to be asked for: the order waits for its key", async () => {
    const world = createOrderWorld();
    const noAnswer = new RetryableError("inventory", "no answer");
    failOnce(world, "after reserve", noAnswer);
    await expect(
      world.process(anEvent(), { attempt: 10, startsOver: (error) => error === noAnswer }),
    ).rejects.toBe(noAnswer);

    await expect(world.process(withdrawal)).rejects.toMatchObject({ code: "order-busy" });
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));

    await expect(world.process(anEvent(), { repeated: true })).rejects.toMatchObject({
      code: "dataverse",
      attempt: undefined, // one of this start's own
    });
  });

  it("lets a replay go on where the key stopped", async () => {
    const world = createOrderWorld();
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(anEvent(), lastAttempt)).rejects.toThrow("down");

    const replayed = await world.process(anEvent());

    expect(replayed).toEqual({ order: ORDER, outcome: "approved" });
    expect(world.inventory.calls).toHaveLength(1);
    expect(world.commands()).toEqual(["1 requestShipment"]);
  });

  it("half way through undoing keeps the numbers of what was sent", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());
    world.row = withdrawnRow;
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(withdrawal, lastAttempt)).rejects.toThrow("down");
    world.row = aRow({ modifiedOn: LATER + 60_000 });

    await world.process(anEvent({ ...other, modifiedOn: LATER + 60_000 }));

    expect(world.commands()).toEqual([
      "1 requestShipment",
      "2 cancelShipment",
      "3 requestShipment",
    ]);
  });

  it("half way through undoing its own work makes a replay finish that, then begin anew", async () => {
    const world = createOrderWorld();
    failOnce(world, "before writeBack", new RetryableError("dataverse", "down"));
    await expect(world.process(anEvent())).rejects.toThrow("down");
    world.row = withdrawnRow;
    failOnce(world, "after release", new RetryableError("inventory", "no answer"));
    await expect(world.process(anEvent(), lastAttempt)).rejects.toThrow("no answer");
    world.row = aRow({ modifiedOn: LATER, etag: "submitted again" });

    const replayed = await world.process(anEvent(), { repeated: true });

    expect(replayed.outcome).toBe("approved");
    expect(world.outcomes()).toEqual(["withdrawn", "approved"]);
    expect(world.commands()).toEqual([
      "1 requestShipment",
      "2 cancelShipment",
      "3 requestShipment",
    ]);
  });

  it("does not happen while it cannot be recorded", async () => {
    const world = createOrderWorld();
    const unavailable = new ParkError("storage-unavailable", "no table");
    world.interfere = (point) => {
      if (point === "before reserve") throw new TerminalError("inventory-refused", "no");
      if (point === "before replace") throw unavailable;
    };

    const given = world.process(anEvent(), { deadLetterReason: () => "inventory-refused" });

    await expect(given).rejects.toBe(unavailable);
  });
});

describe("a worker that lost its lease", () => {
  it("can neither end the key nor make it fail", async () => {
    const world = createOrderWorld();
    world.interfere = async (point) => {
      if (point !== "before writeBack") return;
      world.interfere = () => undefined;
      world.clock.advance(LEASE_MS);
      await world.process(anEvent(), { repeated: true });
    };

    await expect(world.process(anEvent())).rejects.toMatchObject({ code: "lease-lost" });
    expect(await world.view()).toMatchObject({ state: "approved" });
    expect(world.commands()).toEqual(["1 requestShipment"]);
  });

  it("requests nothing that was cancelled since: its message looks again", async () => {
    const world = createOrderWorld();
    world.inStock = false;
    world.interfere = async (point) => {
      if (point !== "before requestProcurement") return;
      world.interfere = () => undefined;
      world.clock.advance(LEASE_MS);
      world.row = withdrawnRow;
      await world.process(anEvent(), { repeated: true });
    };

    await expect(world.process(anEvent())).rejects.toMatchObject({ code: "request-cancelled" });

    expect(await world.process(anEvent(), { repeated: true })).toMatchObject({
      outcome: "withdrawn",
      replayed: true,
    });
    expect([...world.procurement.effects.keys()]).toEqual([`${keyOf()}:cancelProcurement`]);
  });
});

describe("a request that came by our own API", () => {
  const request = anUnprovenEvent({ correlationId: OTHER_CORRELATION_ID });

  it("has no outcome before it was dealt with, whatever became of the order before", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());

    expect(await world.view(OTHER_CORRELATION_ID)).toBeUndefined();
  });

  it("has the order's outcome where that was applied already", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());

    expect(await world.process(request)).toMatchObject({ reason: "already-applied" });
    expect(await world.view(OTHER_CORRELATION_ID)).toMatchObject({ state: "approved" });
  });

  it.each([
    ["Dataverse refuses", "readRow", new TerminalError("dataverse-refused", "400")],
    ["Dataverse is down", "readRow", new RetryableError("dataverse", "503")],
    ["the order is held by another", "create", new ParkError("order-busy", "held")],
  ])("has failed when its last message finds that %s", async (_what, point, error) => {
    const world = createOrderWorld();
    failOnce(world, `before ${point}`, error);

    const given = world.process(request, { deadLetterReason: () => "parked-too-long" });

    await expect(given).rejects.toBe(error);
    expect(await world.view(OTHER_CORRELATION_ID)).toMatchObject({
      state: "failed",
      reason: "parked-too-long",
    });
  });

  it("comes again when it cannot be said that it failed", async () => {
    const world = createOrderWorld();
    const unavailable = new ParkError("storage-unavailable", "no table");
    world.interfere = (point) => {
      if (point === "before readRow") throw new TerminalError("dataverse-refused", "400");
      if (point === "before note") throw unavailable;
    };

    await expect(world.process(request)).rejects.toBe(unavailable);
  });

  it("ends for its own reason though the table refuses to say that it failed", async () => {
    const world = createOrderWorld();
    const refused = new TerminalError("dataverse-refused", "400");
    world.interfere = (point) => {
      if (point === "before readRow") throw refused;
      if (point === "before note") throw Object.assign(new Error("bad key"), { statusCode: 400 });
    };

    await expect(world.process(request)).rejects.toBe(refused);
  });
});

describe("an order that cannot be processed as it is", () => {
  it("is refused with the member at fault, and says so", async () => {
    const world = createOrderWorld();
    world.row = aRow({ content: { ...(aRow().content as object), currency: null } });

    await expect(world.process(anEvent())).rejects.toMatchObject({
      code: "invalid-row",
      field: "currency",
    });
    expect(await world.view()).toMatchObject({ state: "failed", reason: "invalid-row" });
  });
});

describe("a row that is not there", () => {
  it("is waited for without a storage call, then recorded as gone", async () => {
    const world = createOrderWorld();
    world.row = undefined;
    const event = anEvent({ firstSeenAt: world.clock.now() });

    const calls = await callsOf(world, () =>
      expect(world.process(event)).rejects.toMatchObject({ code: "row-not-visible" }),
    );
    world.clock.advance(150_000);
    const processed = await world.process(event, { repeated: true });

    expect(calls).toEqual([]);
    expect(processed).toMatchObject({ outcome: "ignored", reason: "row-gone" });
    expect(await world.view()).toMatchObject({ state: "ignored", reason: "row-gone" });
  });
});

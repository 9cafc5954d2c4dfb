import { describe, expect, it } from "vitest";
import { ParkError, RetryableError, TerminalError } from "../../../../shared/errors.ts";
import { anEvent, aRow, keyOf, OTHER_CORRELATION_ID, SAVED_AT } from "../../../support/anOrder.ts";
import { createOrderWorld, type OrderWorld } from "../../../support/orderWorld.ts";

const LATER = SAVED_AT + 60_000;
const withdrawal = anEvent({
  correlationId: OTHER_CORRELATION_ID,
  modifiedOn: LATER,
  type: "OrderWithdrawn",
});
const again = { attempt: 2, repeated: true };

/** Fails the calls named, and counts every call that is made. */
function failing(world: OrderWorld, failures: Readonly<Record<string, Error>>) {
  const made: string[] = [];
  world.interfere = (point) => {
    const [when, name = ""] = point.split(" ");
    if (when !== "before") return;
    made.push(name);
    const failure = failures[name];
    if (failure !== undefined) throw failure;
  };
  return made;
}

const trailOf = async (world: OrderWorld) =>
  (await world.view())?.trail.map(({ step }) => step).toSorted();

async function aShortOrder() {
  const world = createOrderWorld();
  world.inStock = false;
  return world;
}

async function aWithdrawnOrder(inStock = true) {
  const world = createOrderWorld();
  world.inStock = inStock;
  await world.process(anEvent());
  world.row = aRow({ phase: "withdrawn", modifiedOn: LATER });
  return world;
}

const noBus = new ParkError("bus-unavailable", "no bus");
const noDataverse = new RetryableError("dataverse", "answered 503");
const noProcurement = new RetryableError("procurement", "answered 503");

describe("a back-order", () => {
  it("is written back while procurement is down, and a retry calls procurement alone", async () => {
    const world = await aShortOrder();
    failing(world, { requestProcurement: noProcurement });
    await expect(world.process(anEvent())).rejects.toBe(noProcurement);
    expect(world.outcomes()).toEqual(["back-ordered"]);
    expect(await trailOf(world)).toEqual(["reserve", "writeBack"]);
    const made = failing(world, {});

    const processed = await world.process(anEvent(), again);

    expect(processed.outcome).toBe("back-ordered");
    expect(made).toEqual(["load", "readRow", "replace", "requestProcurement", "replace"]);
  });

  it("reaches procurement while Dataverse takes no result, and a retry writes alone", async () => {
    const world = await aShortOrder();
    failing(world, { writeBack: noDataverse });
    await expect(world.process(anEvent())).rejects.toBe(noDataverse);
    expect(world.procurement.calls).toEqual([`${keyOf()}:requestProcurement`]);
    const made = failing(world, {});

    await world.process(anEvent(), again);

    expect(made).toEqual(["load", "readRow", "replace", "writeBack", "replace"]);
  });

  it("that procurement refuses is not given up before its result is written", async () => {
    const world = await aShortOrder();
    const refused = new TerminalError("procurement-refused", "answered 422");
    failing(world, { requestProcurement: refused, writeBack: noDataverse });
    await expect(world.process(anEvent())).rejects.toBe(noDataverse);
    failing(world, { requestProcurement: refused });

    await expect(world.process(anEvent(), again)).rejects.toBe(refused);

    expect(await world.view()).toMatchObject({ state: "failed", reason: "procurement-refused" });
    expect(world.outcomes()).toEqual(["back-ordered"]);
  });

  it("tells of each step with the time it took itself", async () => {
    const world = await aShortOrder();

    await world.process(anEvent());

    expect(world.readings.map(({ metric }) => metric).toSorted()).toEqual([
      "order.attempt",
      "order.requestProcurement.ms",
      "order.reserve.ms",
      "order.writeBack.ms",
    ]);
  });
});

describe("an approval", () => {
  it("is not visible before the bus has the command that ships it", async () => {
    const world = createOrderWorld();
    const made = failing(world, { sendCommand: noBus });

    await expect(world.process(anEvent())).rejects.toBe(noBus);

    expect(made).not.toContain("writeBack");
    expect(world.outcomes()).toEqual([]);
  });
});

describe("a withdrawal", () => {
  it("is visible while the bus takes no command, and a retry sends the command alone", async () => {
    const world = await aWithdrawnOrder();
    failing(world, { sendCommand: noBus });
    await expect(world.process(withdrawal)).rejects.toBe(noBus);
    expect(world.outcomes()).toEqual(["withdrawn"]);
    const made = failing(world, {});

    await world.process(withdrawal, again);

    expect(made).toEqual(["load", "readRow", "replace", "sendCommand", "replace"]);
    expect(world.commands()).toEqual(["1 requestShipment", "2 cancelShipment"]);
  });

  it("cancels the shipment while Dataverse takes no result, and a retry writes alone", async () => {
    const world = await aWithdrawnOrder();
    failing(world, { writeBack: noDataverse });
    await expect(world.process(withdrawal)).rejects.toBe(noDataverse);
    expect(world.commands()).toEqual(["1 requestShipment", "2 cancelShipment"]);
    const made = failing(world, {});

    await world.process(withdrawal, again);

    expect(made).toEqual(["load", "readRow", "replace", "writeBack", "replace"]);
    expect(world.outcomes()).toEqual(["withdrawn"]);
  });

  it("of a back-order is visible while procurement is down, and a retry cancels there alone", async () => {
    const world = await aWithdrawnOrder(false);
    failing(world, { cancelProcurement: noProcurement });
    await expect(world.process(withdrawal)).rejects.toBe(noProcurement);
    expect(world.outcomes()).toEqual(["withdrawn"]);
    const made = failing(world, {});

    await world.process(withdrawal, again);

    expect(made).toEqual(["load", "readRow", "replace", "cancelProcurement", "replace"]);
  });

  it("tells nobody before the stock is free", async () => {
    const world = await aWithdrawnOrder();
    const made = failing(world, { release: new RetryableError("inventory", "answered 503") });

    await expect(world.process(withdrawal)).rejects.toThrow("answered 503");

    expect(made).not.toContain("sendCommand");
    expect(world.outcomes()).toEqual(["approved"]);
  });
});

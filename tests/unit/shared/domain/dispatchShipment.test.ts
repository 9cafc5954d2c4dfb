import { describe, expect, it } from "vitest";
import type { WarehouseCommand } from "../../../../shared/domain/warehouseCommand.ts";
import { aCommand, aStoppedOrder, aWarehouse } from "../../../support/aWarehouse.ts";

describe("dispatching a warehouse command", () => {
  it("costs one read, the call and one write", async () => {
    const { dispatch, calls } = aWarehouse();

    expect(await dispatch(aCommand(1))).toEqual({ outcome: "shipped", sequence: 1 });
    expect(calls).toEqual(["read", "command", "write"]);
  });

  it("carries commands out in the order of their numbers: one ahead waits", async () => {
    const { dispatch, carriedOut } = aWarehouse();

    await expect(dispatch(aCommand(2))).rejects.toMatchObject({
      name: "ParkError",
      code: "ahead-of-predecessor",
    });
    await dispatch(aCommand(1));
    await dispatch(aCommand(2, { type: "cancelShipment" }));

    expect(carriedOut).toEqual([1, 2]);
  });

  it("does nothing for a duplicate, for the cost of a read", async () => {
    const { dispatch, carriedOut, calls } = aWarehouse();
    await dispatch(aCommand(1));
    calls.length = 0;

    expect(await dispatch(aCommand(1))).toEqual({ outcome: "duplicate", sequence: 1 });
    expect(calls).toEqual(["read"]);
    expect(carriedOut).toEqual([1]);
  });

  it("takes the same command for the same, whatever the order of its members", async () => {
    const { dispatch } = aWarehouse();
    const command = aCommand(1);
    await dispatch(command);

    const shuffled = Object.fromEntries(Object.entries(command).toReversed()) as WarehouseCommand;

    expect(await dispatch(shuffled)).toMatchObject({ outcome: "duplicate" });
  });

  it("refuses a number that was carried out with another payload", async () => {
    const { dispatch } = aWarehouse();
    await dispatch(aCommand(1));

    await expect(dispatch(aCommand(1, { orderNumber: "ORD-2" }))).rejects.toMatchObject({
      name: "TerminalError",
      code: "payload-mismatch",
    });
  });

  it("leaves the number open when the warehouse fails", async () => {
    const warehouse = aWarehouse();
    warehouse.down = true;
    await expect(warehouse.dispatch(aCommand(1))).rejects.toThrow("offline");
    warehouse.down = false;

    await warehouse.dispatch(aCommand(1));

    expect(warehouse.carriedOut).toEqual([1]);
  });

  it("looks again when another worker carried the same command out meanwhile", async () => {
    const warehouse = aWarehouse();
    warehouse.meanwhile = () => warehouse.overtake(1);

    await expect(warehouse.dispatch(aCommand(1))).rejects.toMatchObject({ code: "dispatch-busy" });
    expect(await warehouse.dispatch(aCommand(1))).toMatchObject({ outcome: "duplicate" });
  });

  it("remembers a bounded number of payloads", async () => {
    const { dispatch } = aWarehouse();
    for (let sequence = 1; sequence <= 40; sequence++) await dispatch(aCommand(sequence));

    expect(await dispatch(aCommand(1, { orderNumber: "ORD-2" }))).toMatchObject({
      outcome: "duplicate",
    });
    await expect(dispatch(aCommand(40, { orderNumber: "ORD-2" }))).rejects.toThrow(
      "another payload",
    );
  });
});

describe("a warehouse command that is given up", () => {
  const waiting = { name: "ParkError", code: "predecessor-given-up" };

  it("is marked, and those after it wait for that to be mended", async () => {
    const { dispatch, stopped, carriedOut } = await aStoppedOrder();

    await expect(dispatch(aCommand(2))).rejects.toMatchObject(waiting);

    expect(stopped()).toMatchObject({ sequence: 1, reason: "warehouse-refused" });
    expect(carriedOut).toEqual([]);
  });

  it("lets those after it go once it was replayed", async () => {
    const { dispatch, stopped, carriedOut } = await aStoppedOrder();

    await dispatch(aCommand(1));
    await dispatch(aCommand(2));

    expect(carriedOut).toEqual([1, 2]);
    expect(stopped()).toBeUndefined();
  });

  it("is marked in a log that changed meanwhile", async () => {
    const warehouse = aWarehouse();
    warehouse.refuses = true;
    warehouse.meanwhile = () => warehouse.overtake(0);

    await expect(warehouse.dispatch(aCommand(1))).rejects.toThrow("no");

    expect(warehouse.stopped()).toMatchObject({ sequence: 1, reason: "warehouse-refused" });
  });

  it("looks again when another worker carried it out meanwhile", async () => {
    const warehouse = aWarehouse();
    warehouse.refuses = true;
    warehouse.meanwhile = () => warehouse.overtake(1);

    await expect(warehouse.dispatch(aCommand(1))).rejects.toMatchObject({ code: "dispatch-busy" });

    expect(warehouse.stopped()).toBeUndefined();
  });

  it("is marked while it waits, and stops those after it once its turn comes", async () => {
    const { dispatch, stopped, carriedOut } = aWarehouse();
    await expect(dispatch(aCommand(2), { tooOld: true })).rejects.toMatchObject({
      code: "ahead-of-predecessor",
    });
    expect(stopped()).toBeUndefined();

    await dispatch(aCommand(1));

    expect(stopped()).toMatchObject({ sequence: 2, reason: "parked-too-long" });
    await expect(dispatch(aCommand(3))).rejects.toMatchObject(waiting);
    expect(carriedOut).toEqual([1]);
  });

  it("is marked however many are given up at once, and while another is carried out", async () => {
    const warehouse = aWarehouse();
    const waitedTooLong = [3, 2].map((sequence) => aCommand(sequence));
    warehouse.meanwhile = async () => {
      const given = waitedTooLong.map((one) => warehouse.dispatch(one, { tooOld: true }));
      await Promise.allSettled(given);
    };

    await warehouse.dispatch(aCommand(1));
    expect(warehouse.stopped()).toMatchObject({ sequence: 2 });
    await warehouse.discard(2);

    expect(warehouse.stopped()).toMatchObject({ sequence: 3 });
    expect(warehouse.carriedOut).toEqual([1]);
  });
});

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

  it("is not given up before that can be marked", async () => {
    const warehouse = await aStoppedOrder();
    const { dispatch } = warehouse;
    warehouse.refuses = true;
    const refused = dispatch(aCommand(1));
    warehouse.overtake(0);

    await expect(refused).rejects.toMatchObject({ name: "ParkError", code: "dispatch-busy" });
  });
});

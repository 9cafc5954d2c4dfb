import { describe, expect, it } from "vitest";
import {
  createDispatchShipment,
  type DispatchLog,
} from "../../../../shared/domain/dispatchShipment.ts";
import type { WarehouseCommand } from "../../../../shared/domain/warehouseCommand.ts";
import { RetryableError } from "../../../../shared/errors.ts";
import { aContent, keyOf, ORDER } from "../../../support/anOrder.ts";
import { fakeClock } from "../../../support/fakeClock.ts";

function aCommand(sequence: number, overrides: Partial<WarehouseCommand> = {}): WarehouseCommand {
  return {
    schema: 1,
    type: "requestShipment",
    order: ORDER,
    orderNumber: "ORD-01000",
    submission: keyOf(),
    sequence,
    key: `${keyOf()}:${sequence}`,
    lines: aContent.lines,
    ...overrides,
  };
}

function aWarehouse() {
  let stored: { readonly log: DispatchLog; readonly version: string } | undefined;
  const carriedOut: number[] = [];
  const calls: string[] = [];
  const warehouse = { down: false, meanwhile: () => undefined as void };
  const dispatch = createDispatchShipment({
    log: {
      async read() {
        calls.push("read");
        return stored;
      },
      async write(_order, log, version) {
        calls.push("write");
        if (stored?.version !== version) return false;
        stored = { log, version: `${log.last}` };
        return true;
      },
    },
    async commandWarehouse({ sequence }) {
      calls.push("command");
      if (warehouse.down) throw new RetryableError("warehouse", "offline");
      carriedOut.push(sequence);
      warehouse.meanwhile();
      return { outcome: "shipped", shipmentId: "s-1" };
    },
    digest: (text) => text,
    telemetry: { emit: async () => undefined },
    clock: fakeClock(),
  });
  return Object.assign(warehouse, {
    dispatch,
    carriedOut,
    calls,
    overtake: (last: number) => {
      stored = { log: { last, hashes: {} }, version: "another" };
    },
  });
}

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

import { describe, expect, it } from "vitest";
import {
  createDiscardCommand,
  createDispatchShipment,
  type DispatchLog,
  type DispatchPorts,
} from "../../../../shared/domain/dispatchShipment.ts";
import type { WarehouseCommand } from "../../../../shared/domain/warehouseCommand.ts";
import { RetryableError, TerminalError } from "../../../../shared/errors.ts";
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
  const warehouse = { down: false, refuses: false, meanwhile: () => undefined as void };
  let versions = 0;
  const log: DispatchPorts["log"] = {
    async read() {
      calls.push("read");
      return stored;
    },
    async write(_order, log, version) {
      calls.push("write");
      if (stored?.version !== version) return false;
      stored = { log, version: String(++versions) };
      return true;
    },
  };
  const digest = (text: string) => text;
  const dispatchShipment = createDispatchShipment({
    log,
    async commandWarehouse({ sequence }) {
      calls.push("command");
      if (warehouse.down) throw new RetryableError("warehouse", "offline");
      if (warehouse.refuses) throw new TerminalError("warehouse-refused", "no");
      carriedOut.push(sequence);
      warehouse.meanwhile();
      return { outcome: "shipped", shipmentId: "s-1" };
    },
    digest,
    telemetry: { emit: async () => undefined },
    clock: fakeClock(),
  });
  return Object.assign(warehouse, {
    dispatch: (command: WarehouseCommand) =>
      dispatchShipment(command, {
        deadLetterReason: (error) => (error instanceof TerminalError ? error.code : undefined),
      }),
    discard: createDiscardCommand({ log, digest }),
    stopped: () => stored?.log.stopped,
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

describe("a warehouse command that is given up", () => {
  const waiting = { name: "ParkError", code: "predecessor-given-up" };

  async function aStoppedOrder() {
    const warehouse = aWarehouse();
    warehouse.refuses = true;
    await expect(warehouse.dispatch(aCommand(1))).rejects.toThrow("no");
    warehouse.refuses = false;
    return warehouse;
  }

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

  it("lets those after it go once it was discarded, and is not carried out any more", async () => {
    const { dispatch, discard, carriedOut } = await aStoppedOrder();

    expect(await discard(aCommand(1))).toBe(true);

    expect(await dispatch(aCommand(1))).toMatchObject({ outcome: "duplicate" });
    await dispatch(aCommand(2));
    expect(carriedOut).toEqual([2]);
  });

  it("is not discarded when it was carried out, or before its turn", async () => {
    const { dispatch, discard, stopped } = await aStoppedOrder();
    await dispatch(aCommand(1));

    expect(await discard(aCommand(1))).toBe(false);
    expect(await discard(aCommand(3))).toBe(false);
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

import { createDiscardCommand } from "../../shared/domain/discardCommand.ts";
import {
  type DispatchLog,
  type DispatchLogStore,
  stoppedIn,
} from "../../shared/domain/dispatchLog.ts";
import { createDispatchShipment } from "../../shared/domain/dispatchShipment.ts";
import type { WarehouseCommand } from "../../shared/domain/warehouseCommand.ts";
import { ParkError, RetryableError, TerminalError } from "../../shared/errors.ts";
import { aContent, keyOf, ORDER } from "./anOrder.ts";
import { fakeClock } from "./fakeClock.ts";

export function aCommand(
  sequence: number,
  overrides: Partial<WarehouseCommand> = {},
): WarehouseCommand {
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

/** A warehouse that fails as told, after `meanwhile`, and dispatch to it over a log in memory. */
export function aWarehouse() {
  let stored: { readonly log: DispatchLog; readonly version: string } | undefined;
  const carriedOut: number[] = [];
  const calls: string[] = [];
  const warehouse = {
    down: false,
    refuses: false,
    meanwhile: (): void | Promise<void> => undefined,
  };
  let versions = 0;
  const log: DispatchLogStore = {
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
  const clock = fakeClock();
  const dispatchShipment = createDispatchShipment({
    log,
    async commandWarehouse({ sequence }) {
      calls.push("command");
      await warehouse.meanwhile();
      if (warehouse.down) throw new RetryableError("warehouse", "offline");
      if (warehouse.refuses) throw new TerminalError("warehouse-refused", "no");
      carriedOut.push(sequence);
      return { outcome: "shipped", shipmentId: "s-1" };
    },
    digest: (text) => text,
    telemetry: { emit: async () => undefined },
    clock,
  });
  const discardCommand = createDiscardCommand({ log, clock });
  return Object.assign(warehouse, {
    dispatch: (command: WarehouseCommand, { tooOld = false } = {}) =>
      dispatchShipment(command, {
        deadLetterReason(error) {
          if (error instanceof ParkError) return tooOld ? "parked-too-long" : undefined;
          return error instanceof TerminalError ? error.code : undefined;
        },
      }),
    discard: (sequence: number, by = "function-key") => discardCommand(ORDER, sequence, by),
    clock,
    stopped: () => stored && stoppedIn(stored.log),
    carriedOut,
    calls,
    overtake: (last: number) => {
      stored = { log: { last, hashes: {} }, version: "another" };
    },
  });
}

/** One whose first command was refused and given up. */
export async function aStoppedOrder() {
  const warehouse = aWarehouse();
  warehouse.refuses = true;
  await warehouse.dispatch(aCommand(1)).catch(() => undefined);
  warehouse.refuses = false;
  return warehouse;
}

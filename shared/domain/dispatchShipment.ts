import { ParkError, TerminalError } from "../errors.ts";
import {
  appended,
  busy,
  type DispatchLog,
  type DispatchLogStore,
  emptyLog,
} from "./dispatchLog.ts";
import type { Telemetry } from "./telemetryEvent.ts";
import type { WarehouseCommand } from "./warehouseCommand.ts";

/** One call under the command's key has one effect, however often it is made. */
export type CommandWarehouse = (
  command: WarehouseCommand,
) => Promise<{ readonly outcome: string; readonly shipmentId: string | null }>;

export type DispatchPorts = {
  readonly log: DispatchLogStore;
  readonly commandWarehouse: CommandWarehouse;
  readonly digest: (text: string) => string;
  readonly telemetry: Telemetry;
  readonly clock: { readonly now: () => number };
};

export type Dispatched = { readonly outcome: string; readonly sequence: number };

export type CommandDelivery = {
  /** Why the message would be dead-lettered if its handler threw this; undefined when it would come again. */
  readonly deadLetterReason: (error: unknown) => string | undefined;
};

/**
 * Carries out an order's warehouse commands in the order of their numbers, each once: one read, the keyed call, one
 * conditional write. A number done before is a duplicate, one ahead of its predecessor waits (ParkError
 * `ahead-of-predecessor`, or `predecessor-given-up` where that needs a replay or a discard), one that was done with
 * another payload is TerminalError `payload-mismatch`. A command that is given up is marked before its message is
 * dead-lettered.
 */
export function createDispatchShipment({
  log: store,
  commandWarehouse,
  digest,
  telemetry,
  clock,
}: DispatchPorts): (command: WarehouseCommand, delivery: CommandDelivery) => Promise<Dispatched> {
  return async function dispatchShipment(command, { deadLetterReason }) {
    const { order, sequence, type } = command;
    const hash = digest(canonical(command));
    const found = await store.read(order);
    const log = found?.log ?? emptyLog;
    if (sequence <= log.last) return duplicate(command, log, hash);
    if (sequence > log.last + 1) throw ahead(sequence, log);
    const startedAt = clock.now();
    const { outcome } = await commandWarehouse(command).catch(async (error: unknown) => {
      const reason = deadLetterReason(error);
      if (reason === undefined) throw error;
      const stopped = { sequence, reason, at: clock.now(), hash };
      if (await store.write(order, { ...log, stopped }, found?.version)) throw error;
      throw busy(sequence);
    });
    const at = clock.now();
    if (!(await store.write(order, appended(log, sequence, hash), found?.version))) {
      throw busy(sequence);
    }
    await telemetry.emit({
      metric: `warehouse.${type}.ms`,
      key: outcome,
      value: at - startedAt,
      at,
    });
    return { outcome, sequence };
  };
}

function ahead(sequence: number, { last, stopped }: DispatchLog): ParkError {
  return stopped === undefined
    ? new ParkError("ahead-of-predecessor", `command ${sequence} waits for ${last + 1}`)
    : new ParkError("predecessor-given-up", `command ${sequence} waits for ${stopped.sequence}`);
}

function duplicate({ sequence }: WarehouseCommand, log: DispatchLog, hash: string): Dispatched {
  const known = log.hashes[sequence];
  if (known !== undefined && known !== hash) {
    throw new TerminalError(
      "payload-mismatch",
      `command ${sequence} was carried out with another payload`,
    );
  }
  return { outcome: "duplicate", sequence };
}

/** The same text for the same command, whatever the order of its members on the wire. */
function canonical({
  type,
  order,
  orderNumber,
  submission,
  sequence,
  key,
  lines,
}: WarehouseCommand) {
  const goods = lines.map(({ sku, quantity }) => [sku, quantity]);
  return JSON.stringify([type, order, orderNumber, submission, sequence, key, goods]);
}

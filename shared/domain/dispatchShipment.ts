import { ParkError, TerminalError } from "../errors.ts";
import type { Telemetry } from "./telemetryEvent.ts";
import type { WarehouseCommand } from "./warehouseCommand.ts";

/** Commands of one order that the warehouse has carried out, in the order of their numbers. */
export type DispatchLog = {
  readonly last: number;
  /** Payload hash by number, of the latest ones. */
  readonly hashes: Readonly<Record<string, string>>;
  /** The command that was given up, while none after it may go: until it is replayed or discarded. */
  readonly stopped?: StoppedCommand | undefined;
};

export type StoppedCommand = {
  readonly sequence: number;
  /** Its dead-letter reason. */
  readonly reason: string;
  /** Epoch ms. */
  readonly at: number;
};

/** One call under the command's key has one effect, however often it is made. */
export type CommandWarehouse = (
  command: WarehouseCommand,
) => Promise<{ readonly outcome: string; readonly shipmentId: string | null }>;

export type DispatchPorts = {
  readonly log: {
    /** Throws ParkError `storage-unavailable`, as does `write`. */
    readonly read: (
      order: string,
    ) => Promise<{ readonly log: DispatchLog; readonly version: string } | undefined>;
    /** False when another writer came between. */
    readonly write: (
      order: string,
      log: DispatchLog,
      version: string | undefined,
    ) => Promise<boolean>;
  };
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

const HASHES_KEPT = 32;

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
      const stopped = { sequence, reason, at: clock.now() };
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

/** Takes a command that was given up for done, so that those after it may go. A number that is not next stays as it is. */
export function createDiscardCommand({
  log: store,
  digest,
}: Pick<DispatchPorts, "log" | "digest">): (command: WarehouseCommand) => Promise<boolean> {
  return async function discardCommand(command) {
    const { order, sequence } = command;
    const found = await store.read(order);
    const log = found?.log ?? emptyLog;
    if (sequence !== log.last + 1) return false;
    const hash = digest(canonical(command));
    if (await store.write(order, appended(log, sequence, hash), found?.version)) return true;
    throw busy(sequence);
  };
}

const emptyLog: DispatchLog = { last: 0, hashes: {} };

function ahead(sequence: number, { last, stopped }: DispatchLog): ParkError {
  return stopped === undefined
    ? new ParkError("ahead-of-predecessor", `command ${sequence} waits for ${last + 1}`)
    : new ParkError("predecessor-given-up", `command ${sequence} waits for ${stopped.sequence}`);
}

function busy(sequence: number): ParkError {
  return new ParkError("dispatch-busy", `command ${sequence} is being carried out elsewhere`);
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

function appended({ hashes }: DispatchLog, sequence: number, hash: string): DispatchLog {
  const kept = Object.entries(hashes).filter(([known]) => Number(known) > sequence - HASHES_KEPT);
  return { last: sequence, hashes: { ...Object.fromEntries(kept), [sequence]: hash } };
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

import { ParkError, TerminalError } from "../errors.ts";
import type { Telemetry } from "./telemetryEvent.ts";
import type { WarehouseCommand } from "./warehouseCommand.ts";

/** Commands of one order that the warehouse has carried out, in the order of their numbers. */
export type DispatchLog = {
  readonly last: number;
  /** Payload hash by number, of the latest ones. */
  readonly hashes: Readonly<Record<string, string>>;
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

const HASHES_KEPT = 32;

/**
 * Carries out an order's warehouse commands in the order of their numbers, each once: one read, the keyed call, one
 * conditional write. A number done before is a duplicate, one ahead of its predecessor waits (ParkError
 * `ahead-of-predecessor`), one that was done with another payload is TerminalError `payload-mismatch`.
 */
export function createDispatchShipment({
  log: store,
  commandWarehouse,
  digest,
  telemetry,
  clock,
}: DispatchPorts): (command: WarehouseCommand) => Promise<Dispatched> {
  return async function dispatchShipment(command) {
    const { order, sequence, type } = command;
    const hash = digest(canonical(command));
    const found = await store.read(order);
    const log = found?.log ?? { last: 0, hashes: {} };
    if (sequence <= log.last) return duplicate(command, log, hash);
    if (sequence > log.last + 1) {
      throw new ParkError("ahead-of-predecessor", `command ${sequence} waits for ${log.last + 1}`);
    }
    const startedAt = clock.now();
    const { outcome } = await commandWarehouse(command);
    const at = clock.now();
    if (!(await store.write(order, appended(log, sequence, hash), found?.version))) {
      throw new ParkError("dispatch-busy", `command ${sequence} is being carried out elsewhere`);
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

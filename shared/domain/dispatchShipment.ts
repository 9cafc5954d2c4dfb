import { ParkError, TerminalError } from "../errors.ts";
import {
  appended,
  busy,
  type DispatchLog,
  type DispatchLogStore,
  emptyLog,
  marked,
  stoppedIn,
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

type Found = Awaited<ReturnType<DispatchLogStore["read"]>>;

export type CommandDelivery = {
  /** Why the message would be dead-lettered if its handler threw this; undefined when it would come again. */
  readonly deadLetterReason: (error: unknown) => string | undefined;
};

/**
 * Carries out an order's warehouse commands in the order of their numbers, each once: one read, the keyed call, one
 * conditional write. A number done before is a duplicate, one ahead of its predecessor waits (ParkError
 * `ahead-of-predecessor`, or `predecessor-given-up` where that needs a replay or a discard), one that was done with
 * another payload is TerminalError `payload-mismatch`. A command that is given up, be it while it waited, is marked before
 * its message is dead-lettered.
 */
export function createDispatchShipment({
  log: store,
  commandWarehouse,
  digest,
  telemetry,
  clock,
}: DispatchPorts): (command: WarehouseCommand, delivery: CommandDelivery) => Promise<Dispatched> {
  /** Also where the log changed meanwhile, as long as the command is not done there. */
  const record = async (
    { order, sequence }: Pick<WarehouseCommand, "order" | "sequence">,
    found: Found,
    change: (log: DispatchLog) => DispatchLog,
  ): Promise<void> => {
    const log = found?.log ?? emptyLog;
    if (sequence <= log.last) throw busy(sequence);
    if (await store.write(order, change(log), found?.version)) return;
    await record({ order, sequence }, await store.read(order), change);
  };

  return async function dispatchShipment(command, { deadLetterReason }) {
    const { sequence, type } = command;
    const hash = digest(canonical(command));
    const found = await store.read(command.order);
    const log = found?.log ?? emptyLog;
    if (sequence <= log.last) return duplicate(command, log, hash);

    const fail = async (error: unknown): Promise<never> => {
      const reason = deadLetterReason(error);
      if (reason === undefined) throw error;
      const mark = { sequence, reason, at: clock.now(), hash };
      await record(command, found, (log) => marked(log, mark));
      throw error;
    };
    if (sequence > log.last + 1) return await fail(ahead(sequence, log));
    const startedAt = clock.now();
    const { outcome } = await commandWarehouse(command).catch(fail);
    const at = clock.now();
    await record(command, found, (log) => appended(log, sequence, hash));
    await telemetry.emit({
      metric: `warehouse.${type}.ms`,
      key: outcome,
      value: at - startedAt,
      at,
    });
    return { outcome, sequence };
  };
}

function ahead(sequence: number, log: DispatchLog): ParkError {
  const code = stoppedIn(log) === undefined ? "ahead-of-predecessor" : "predecessor-given-up";
  return new ParkError(code, `command ${sequence} waits for ${log.last + 1}`);
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

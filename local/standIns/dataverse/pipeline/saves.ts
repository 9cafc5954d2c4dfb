import type { Time } from "../../time.ts";
import { Fault, faultCodes } from "../fault.ts";
import type { Organization } from "../organization.ts";
import type { Row } from "../schema/column.ts";
import { storedRow } from "../schema/storedRow.ts";
import type { Table } from "../schema/table.ts";
import type { Store } from "../store.ts";
import type { CreditQuestion } from "./creditCheck.ts";
import type { KeyedLock } from "./keyedLock.ts";
import { onCreate, onUpdate, withStatus } from "./platformColumns.ts";
import type { Changes, SaveEvent } from "./saveEvent.ts";
import type { createSaveScript } from "./saveScript.ts";
import type { StepRegistry } from "./stepRegistry.ts";

/** A row created together with its parent, which its lookup `column` will point to. */
export type Child = { readonly table: Table; readonly column: string; readonly sent: Changes };

export type Draft = { readonly sent: Changes; readonly children: readonly Child[] };

export type SaveRequest = {
  readonly table: Table;
  readonly id: string;
  /** Called once the row is locked, with what is committed: decides what to write, or throws a Fault. */
  readonly prepare: (current: Row | undefined) => Draft;
  readonly tag: string | undefined;
  readonly signal: AbortSignal;
};

/** `created` tells the two outcomes of an upsert apart. */
export type Saved = { readonly row: Row; readonly created: boolean };

type SavesOptions = {
  readonly store: Store;
  readonly steps: StepRegistry;
  readonly lock: KeyedLock;
  /** Completes a row that is about to be created. */
  readonly salesLogic: (table: Table, draft: Draft) => Draft;
  readonly creditCheck: (question: CreditQuestion) => Promise<Changes>;
  readonly posting: {
    /** Rejects with a Fault when the save must not go on. */
    readonly inside: (event: SaveEvent) => Promise<void>;
    readonly after: (event: SaveEvent) => void;
  };
  readonly script: ReturnType<typeof createSaveScript>;
  readonly organization: Organization;
  readonly time: Time;
  readonly newId: () => string;
  readonly committed: (event: SaveEvent) => void;
};

/**
 * The event pipeline of a save: pre-operation plug-in, write, synchronous steps, commit, asynchronous
 * steps. Until the commit readers see the row as it was, and whatever fails before leaves no trace;
 * what a synchronous step has posted by then cannot be called back.
 */
export function createSaves(options: SavesOptions) {
  const { store, steps, lock, creditCheck, posting, script, organization, time, newId } = options;

  const preOperation = async (event: Omit<SaveEvent, "after">): Promise<Changes> => {
    const { table, id, before, target, requestId, message } = event;
    const probe = { ...event, after: {} };
    if (steps.running(probe, ["plugin"], "synchronous").length === 0) return {};
    const submits =
      message === "Create" || (target["statecode"] === 1 && before?.["statecode"] !== 1);
    if (!submits) return {};
    return creditCheck({
      requestId,
      table: table.logicalName,
      orderId: id,
      order: before ?? target,
    });
  };

  const stage = async (request: SaveRequest, before: Row | undefined, draft: Draft) => {
    const { table, id, tag } = request;
    const at = time.now();
    const { [table.primaryId]: _given, ...sent } = draft.sent;
    const asked: Omit<SaveEvent, "after"> = {
      message: before === undefined ? "Create" : "Update",
      table,
      id,
      sent,
      target: { [table.primaryId]: id, ...withStatus(table, sent, before) },
      before,
      correlationId: newId(),
      requestId: newId(),
      at,
      tag,
    };
    const added = await preOperation(asked);
    const platform = before === undefined ? onCreate : onUpdate;
    const asChanged = { ...asked.target, ...added };
    const target = { ...asChanged, ...platform(table, asChanged, organization, at) };
    const values = { ...before, ...target, versionnumber: store.nextVersion() };
    return { ...asked, target, after: storedRow(table, values) } satisfies SaveEvent;
  };

  const commit = (event: SaveEvent, children: readonly Child[]) => {
    assertUnique(store, event.table, event.after);
    store.put(event.table, event.after);
    for (const { table, column, sent } of children) {
      const values = {
        ...withStatus(table, sent, undefined),
        ...onCreate(table, sent, organization, event.at),
        [table.primaryId]: sent[table.primaryId] ?? newId(),
        [column]: { table: event.table.logicalName, id: event.id },
        versionnumber: store.nextVersion(),
      };
      store.put(table, storedRow(table, values));
    }
    options.committed(event);
  };

  const run = async (request: SaveRequest): Promise<Saved> => {
    const before = store.get(request.table, request.id);
    const asked = request.prepare(before);
    const draft = before === undefined ? options.salesLogic(request.table, asked) : asked;
    const event = await stage(request, before, draft);
    assertUnique(store, event.table, event.after);
    if (steps.running(event, ["webhook"], "synchronous").length > 0) {
      await posting.inside(event);
      if (script.takeRollback()) {
        throw new Fault(400, faultCodes.isvAborted, "A later plug-in refused the save");
      }
      if (script.commitDelayMs() > 0) await time.sleep(script.commitDelayMs(), request.signal);
    }
    request.signal.throwIfAborted();
    commit(event, draft.children);
    posting.after(event);
    return { row: event.after, created: before === undefined };
  };

  return (request: SaveRequest): Promise<Saved> =>
    lock(`${request.table.logicalName}:${request.id}`, () => run(request));
}

function assertUnique(store: Store, table: Table, row: Row): void {
  for (const key of table.alternateKeys) {
    if (key.some((column) => (row[column] ?? null) === null)) continue;
    const values = Object.fromEntries(key.map((column) => [column, row[column] ?? null]));
    const others = store
      .where(table, values)
      .filter((other) => other[table.primaryId] !== row[table.primaryId]);
    if (others.length > 0) {
      const message = `A record that has the attribute values ${key.join(", ")} already exists.`;
      throw new Fault(412, faultCodes.keyNotUnique, message);
    }
  }
}

import { TerminalError } from "../errors.ts";
import type { ChangeEvent, EventRow } from "./changeEvent.ts";
import { guidOf, instantOf } from "./dataverseValue.ts";
import type { OrderEvent } from "./orderEvent.ts";
import type { OrderProfile } from "./orderProfile.ts";
import { type OrderReference, referenceTo } from "./orderReference.ts";
import { type Transition, transitionOf } from "./orderTransition.ts";

/** How the event came in, and whose events and which table count here. */
export type IntakeContext = {
  readonly profile: OrderProfile;
  readonly organizationId: string;
  readonly door: OrderEvent["door"];
  /** Epoch ms. */
  readonly now: number;
};

export type Classified =
  | {
      readonly kind: "accepted";
      readonly references: readonly OrderReference[];
      /** Why some rows of a CreateMultiple or UpdateMultiple are not among them. */
      readonly refused?: TerminalError;
    }
  | { readonly kind: "dropped"; readonly reason: "other-table" | "no-transition" };

const typeOf: Readonly<Record<Transition, OrderEvent["type"] | undefined>> = {
  submitted: "OrderSubmitted",
  withdrawn: "OrderWithdrawn",
  open: "OrderChanged",
  none: undefined,
};

/**
 * Change event → references to the orders it is about, several for a CreateMultiple or UpdateMultiple.
 * Dropped is only what provably submits and withdraws nothing. Throws TerminalError
 * `wrong-organization` (a copied environment keeps its steps), `no-row-id` or `no-key`.
 */
export function classifyEvent(event: ChangeEvent, context: IntakeContext): Classified {
  if (event.OrganizationId !== context.organizationId) {
    throw new TerminalError(
      "wrong-organization",
      `the event is of organization ${event.OrganizationId}`,
    );
  }
  if (event.PrimaryEntityName !== context.profile.table) {
    return { kind: "dropped", reason: "other-table" };
  }
  const { Target, Targets } = event.InputParameters;
  if (Targets) {
    const rows = Targets.Entities.map((row) => ({ rowId: rowId(row, context), rows: [row] }));
    const named = rows.filter((row) => row.rowId !== undefined);
    const of = { type: "OrderChanged" } as const;
    const references = named.map((row) => reference(event, context, { ...of, ...row }));
    const nameless = rows.length - named.length;
    if (nameless === 0) return { kind: "accepted", references };
    const refused = new TerminalError("no-row-id", `${nameless} of ${rows.length} rows have no id`);
    return { kind: "accepted", references, refused };
  }
  const type = typeOf[transitionOf(event, context.profile)];
  if (type === undefined) return { kind: "dropped", reason: "no-transition" };
  const rows = [...(Target ? [Target] : []), ...event.PostEntityImages];
  const id = event.PrimaryEntityId ?? (Target ? rowId(Target, context) : undefined);
  return { kind: "accepted", references: [reference(event, context, { type, rowId: id, rows })] };
}

function rowId({ Id, Attributes }: EventRow, { profile }: IntakeContext): string | undefined {
  return Id ?? guidOf(Attributes.get(profile.idColumn));
}

type Subject = {
  readonly type: OrderEvent["type"];
  readonly rowId: string | undefined;
  readonly rows: readonly EventRow[];
};

function reference(event: ChangeEvent, context: IntakeContext, subject: Subject): OrderReference {
  const modifiedOn = lastChange(subject.rows);
  const reference: OrderEvent = {
    schema: 1,
    type: subject.type,
    table: context.profile.table,
    rowId: required(subject.rowId, "no-row-id", "the event names no row"),
    correlationId: required(
      event.CorrelationId ?? event.RequestId ?? event.OperationId,
      "no-key",
      "the event has neither CorrelationId nor RequestId nor OperationId",
    ),
    ...(modifiedOn !== undefined && { modifiedOn }),
    inTransaction: event.IsInTransaction,
    door: context.door,
    firstSeenAt: context.now,
  };
  return referenceTo(reference, event.OperationId ?? event.RequestId);
}

/** Never OperationCreatedOn: its offset has no agreed meaning (asynchronous steps). */
function lastChange(rows: readonly EventRow[]): number | undefined {
  for (const column of ["modifiedon", "createdon"]) {
    for (const { Attributes } of rows) {
      const instant = instantOf(Attributes.get(column));
      if (instant !== undefined) return instant;
    }
  }
  return undefined;
}

function required(value: string | undefined, code: string, message: string): string {
  if (value === undefined) throw new TerminalError(code, message);
  return value;
}

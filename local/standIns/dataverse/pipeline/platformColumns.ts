import { Fault, faultCodes } from "../fault.ts";
import type { Organization } from "../organization.ts";
import { type Lookup, plain, type Row } from "../schema/column.ts";
import { defaultStatus, isStatusOf, type Table } from "../schema/table.ts";
import type { Changes } from "./saveEvent.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const SUBMITTED = 1;

/** A change of state brings its default status along. Throws Fault when state and status do not go together. */
export function withStatus(table: Table, sent: Changes, before: Row | undefined): Changes {
  const statecode = sent["statecode"] ?? before?.["statecode"] ?? 0;
  const changesState = "statecode" in sent && sent["statecode"] !== before?.["statecode"];
  const statuscode =
    sent["statuscode"] ??
    (changesState || before === undefined
      ? (defaultStatus(table, Number(statecode)) ?? null)
      : (before["statuscode"] ?? null));
  if (!isStatusOf(table, statecode, statuscode)) {
    const message = `${plain(statuscode)} is not a valid status code for state code ${plain(statecode)} on ${table.logicalName}`;
    throw new Fault(400, faultCodes.invalidState, message);
  }
  if (before === undefined) return { ...sent, statecode, statuscode };
  return changesState ? { ...sent, statuscode } : sent;
}

/** What the platform itself sets when a row is created; instants are whole seconds. */
export function onCreate(table: Table, target: Changes, by: Organization, now: number): Changes {
  const user: Lookup = { table: "systemuser", id: by.userId };
  const at = wholeSeconds(now);
  return {
    ownerid: user,
    createdon: at,
    createdby: user,
    modifiedon: at,
    modifiedby: user,
    modifiedonbehalfby: null,
    ...("exchangerate" in table.columns && {
      transactioncurrencyid: target["transactioncurrencyid"] ?? {
        table: "transactioncurrency",
        id: by.baseCurrencyId,
      },
      exchangerate: "1.0000000000",
    }),
    ...(isSubmittedOrder(table, target) && { submitdate: at - (at % DAY_MS) }),
  };
}

/** What the platform itself sets when a row is updated. */
export function onUpdate(table: Table, target: Changes, by: Organization, now: number): Changes {
  const at = wholeSeconds(now);
  return {
    ...(isSubmittedOrder(table, target) && { submitdate: at - (at % DAY_MS) }),
    modifiedon: at,
    modifiedby: { table: "systemuser", id: by.userId },
    modifiedonbehalfby: null,
  };
}

function isSubmittedOrder(table: Table, target: Changes): boolean {
  return table.logicalName === "salesorder" && target["statecode"] === SUBMITTED;
}

function wholeSeconds(ms: number): number {
  return ms - (ms % 1_000);
}

import type { Typed } from "rhea";
import { AmqpError } from "./amqpError.ts";
import type { Outcome, Settlement, TypedMap } from "./node.ts";
import { outcomes } from "./rheaInternals.ts";

/** Descriptors of AMQP 1.0 §3.4. */
const RECEIVED = 0x23;
const ACCEPTED = 0x24;
const REJECTED = 0x25;
const RELEASED = 0x26;
const MODIFIED = 0x27;

const NO_ENTRIES: TypedMap = [];

/**
 * The peer's verdict with the AMQP types of its maps kept, which rhea's own unwrapping loses.
 * Undefined means that the state is no verdict (yet).
 */
export function readOutcome(state: Typed | undefined): Outcome | undefined {
  const fields: Typed[] = Array.isArray(state?.value) ? state.value : [];
  switch (Number(state?.descriptor?.value)) {
    case ACCEPTED:
      return { kind: "accepted" };
    case RELEASED:
      return { kind: "released" };
    case REJECTED: {
      const [condition, , info] = listOf(fields[0]);
      return {
        kind: "rejected",
        condition: typeof condition?.value === "string" ? condition.value : undefined,
        info: listOf(info),
      };
    }
    case MODIFIED:
      return {
        kind: "modified",
        deliveryFailed: fields[0]?.value === true,
        undeliverableHere: fields[1]?.value === true,
        annotations: listOf(fields[2]),
      };
    case RECEIVED:
      return undefined;
    default:
      return undefined;
  }
}

function listOf(value: Typed | undefined): TypedMap {
  return Array.isArray(value?.value) ? value.value : NO_ENTRIES;
}

const settlements = {
  accepted: outcomes.accepted().described(),
  rejected: outcomes.rejected({}).described(),
  released: outcomes.released().described(),
};

/** Our settlement as a delivery state; rejected without an error does not make clients throw. */
export function writeSettlement(settlement: Settlement): unknown {
  if (settlement instanceof AmqpError) return rejectedWith(settlement);
  return settlements[settlement];
}

export function rejectedWith({ condition, message }: AmqpError): unknown {
  return outcomes.rejected({ error: { condition, description: message } }).described();
}

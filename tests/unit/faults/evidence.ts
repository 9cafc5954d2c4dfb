import type { Call, Effect } from "../../../local/outside/standIns.ts";
import type { Evidence, LogEntry, TargetLedger } from "../../faults/oracle/evidence.ts";

export const ORDER = "3f2a9c55-7e83-ef11-ac20-000d3a2b1c01";

export function anEffect(change: Partial<Effect> = {}): Effect {
  const order = `salesorder:${ORDER}`;
  return { at: 1, key: "k", kind: "reservation", body: { order }, answer: {}, ...change };
}

export const aReservation = (outcome = "reserved") =>
  anEffect({ key: "reserve", answer: { outcome } });

export const aCommand = (type = "requestShipment", sequence = 1) =>
  anEffect({
    key: `${type}-${sequence}`,
    kind: "command",
    body: { order: `salesorder:${ORDER}`, type, sequence },
  });

export function aCall(change: Partial<Call> = {}): Call {
  return { at: 1, method: "POST", path: "/reservations", key: "k", status: 200, ...change };
}

export function ledgerOf(effects: readonly Effect[], calls: readonly Call[] = []): TargetLedger {
  return { effects, calls };
}

export function anEntry(text: string, change: Partial<LogEntry> = {}): LogEntry {
  const category = "Function.processOrder.User";
  return { process: "host 1", at: 1, level: "information", category, text, ...change };
}

/** An order that was approved, and everything as it has to be. */
export function allWell(change: Partial<Evidence> = {}): Evidence {
  return {
    orders: [{ id: ORDER, wanted: "approved", outcomes: ["approved"] }],
    inventory: ledgerOf([aReservation()]),
    warehouse: ledgerOf([aCommand()]),
    procurement: ledgerOf([]),
    deadMessages: [],
    left: [],
    log: [],
    output: [],
    secrets: ["canary"],
    answers: [],
    ...change,
  };
}

import {
  operationsBetween,
  operationsOf,
  type QueueOperations,
} from "../local/outside/operations.ts";
import { succeed } from "../local/outside/request.ts";
import { type SeenRequest, startFaultProxy } from "../tests/support/faultProxy.ts";

/** What went over the wire. Storage calls are given by their methods, in order. */
export type Wire = {
  readonly processing: readonly string[];
  readonly dispatch: readonly string[];
  readonly intake: readonly string[];
  readonly breakers: readonly string[];
  readonly other: readonly string[];
  /** Broker operations on queue `orders`. */
  readonly orders: QueueOperations;
  readonly warehouse: QueueOperations;
  /** Events that hub `telemetry` took in. */
  readonly telemetry: number;
};

type Purpose = Exclude<keyof Wire, "orders" | "warehouse" | "telemetry">;
type StorageCall = { readonly method: string; readonly purpose: Purpose };

/**
 * Counts from outside the app: storage calls in a proxy before the tables, broker operations by the broker's own count.
 * `during` takes in all that happens until its action has come to rest.
 */
export async function startWire(tablePort: number, adminUrl: string) {
  const calls: StorageCall[] = [];
  const proxy = await startFaultProxy(`http://127.0.0.1:${tablePort}`, (request) => {
    calls.push({ method: request.method, purpose: purposeOf(request) });
  });
  const look = async () => ({
    orders: await operationsOf(adminUrl, "orders"),
    warehouse: await operationsOf(adminUrl, "warehouse"),
    telemetry: await eventsIn(adminUrl, "telemetry"),
  });
  return {
    url: proxy.url,
    stop: proxy.stop,
    during: async (action: () => Promise<void>): Promise<Wire> => {
      const before = await look();
      const begin = calls.length;
      await action();
      const after = await look();
      const methods = (purpose: Purpose) =>
        calls.slice(begin).flatMap((call) => (call.purpose === purpose ? [call.method] : []));
      return {
        processing: methods("processing"),
        dispatch: methods("dispatch"),
        intake: methods("intake"),
        breakers: methods("breakers"),
        other: methods("other"),
        orders: operationsBetween(before.orders, after.orders),
        warehouse: operationsBetween(before.warehouse, after.warehouse),
        telemetry: after.telemetry - before.telemetry,
      };
    },
  };
}

/** By the table and the row that a call names; a transaction names them in its body. */
function purposeOf({ url, body }: SeenRequest): Purpose {
  const text = `${decodeURIComponent(url)}\n${body.toString()}`;
  const table = /devstoreaccount1\/(?!\$batch)(\w+)/.exec(text)?.[1];
  if (table === "orders") return /RowKey(='|":")dispatch/.test(text) ? "dispatch" : "processing";
  return table === "intake" || table === "breakers" ? table : "other";
}

type Hub = {
  readonly name: string;
  readonly partitions: readonly { lastSequenceNumber: number }[];
};

async function eventsIn(adminUrl: string, name: string): Promise<number> {
  const { body } = await succeed("GET", `${adminUrl}/entities`);
  const hub = (body["hubs"] as readonly Hub[]).find((one) => one.name === name);
  const counts = hub?.partitions.map(({ lastSequenceNumber }) => lastSequenceNumber + 1) ?? [];
  return counts.reduce((sum, count) => sum + count, 0);
}

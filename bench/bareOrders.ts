import { createHash } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusSender,
} from "@azure/service-bus";
import { serveChild } from "../local/child.ts";
import { type ShapeName, type StorageShape, storageShape } from "./storageShape.ts";

export type BareOptions = {
  readonly shape: ShapeName;
  readonly queues: { readonly orders: string; readonly warehouse: string };
  readonly settings: Readonly<Record<string, string>>;
  readonly query: string;
  readonly callsAtOnce: number;
};

type Loop = BareOptions & {
  readonly storage: StorageShape;
  readonly table: TableClient;
  readonly warehouse: ServiceBusSender;
};
type OrderEvent = {
  readonly table: string;
  readonly rowId: string;
  readonly correlationId: string;
};
type OrderRow = {
  readonly ordernumber: string;
  readonly totalamount: number;
  readonly order_details: readonly {
    readonly quantity: number;
    readonly productid: { readonly productnumber: string };
  }[];
};
type Command = { readonly key: string; readonly order: string; readonly sequence: number };

const authorization = "Bearer bench";

/**
 * What the order functions are held against: a loop written by hand that makes their calls to broker, tables and outside
 * systems, and nothing else. It checks no answer but for its status and recognises no duplicate; what fails the SDK gives
 * back to the queue.
 */
serveChild(async (options: BareOptions) => {
  const { shape, queues, settings } = options;
  const client = new ServiceBusClient(settings["SERVICE_BUS"] ?? "");
  const table = TableClient.fromConnectionString(settings["STORAGE"] ?? "", "orders", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await table.createTable();
  const storage = storageShape(shape, table);
  const loop = { ...options, storage, table, warehouse: client.createSender(queues.warehouse) };
  consume(client, queues.orders, options, ({ body }) => processOrder(loop, body as OrderEvent));
  consume(client, queues.warehouse, options, ({ body }) => dispatch(loop, body as Command));
  return { info: undefined, stop: () => client.close() };
});

function consume(
  client: ServiceBusClient,
  queue: string,
  { callsAtOnce }: BareOptions,
  handle: (message: ServiceBusReceivedMessage) => Promise<void>,
): void {
  const receiver = client.createReceiver(queue);
  receiver.subscribe(
    {
      processMessage: async (message) => {
        await handle(message);
        await receiver.completeMessage(message);
      },
      processError: async ({ error }) => void process.stderr.write(`${error.stack}\n`),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: callsAtOnce },
  );
}

async function processOrder(loop: Loop, event: OrderEvent): Promise<void> {
  const { storage, warehouse, settings } = loop;
  const order = `${event.table}:${event.rowId}`;
  const submission = `${order}:${event.correlationId}:OrderSubmitted`;
  const { ordernumber, totalamount, order_details } = await readOrder(loop, event.rowId);
  const lines = order_details.map(({ quantity, productid: { productnumber } }) => ({
    sku: productnumber,
    quantity: String(quantity),
  }));
  const state = JSON.stringify({ submission, ordernumber, totalamount, lines });
  await storage.begin(order, state);
  const request = { order, submission, lines };
  await post(`${settings["INVENTORY_URL"]}/reservations`, `${submission}:reserve`, request);
  const type = "requestShipment";
  const key = `${submission}:${type}`;
  const command = { type, order, orderNumber: ordernumber, submission, sequence: 1, key, lines };
  await warehouse.sendMessages({ body: command, messageId: sha256(key) });
  await writeBack(loop, submission, {
    contoso_name: ordernumber,
    contoso_order: order,
    contoso_ordernumber: ordernumber,
    contoso_outcome: "approved",
    contoso_total: String(totalamount),
    contoso_currency: "EUR",
  });
  await storage.end(order, state);
}

async function readOrder({ settings, query }: Loop, rowId: string): Promise<OrderRow> {
  const url = `${settings["DATAVERSE_URL"]}/api/data/v9.2/salesorders(${rowId})?${query}`;
  const response = await call(url, { headers: { authorization } });
  return (await response.json()) as OrderRow;
}

async function writeBack({ settings }: Loop, submission: string, row: object): Promise<void> {
  const path = `contoso_fulfilments(contoso_submission='${sha256(submission)}')`;
  const response = await call(`${settings["DATAVERSE_URL"]}/api/data/v9.2/${path}`, {
    method: "PATCH",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(row),
  });
  await response.arrayBuffer();
}

async function dispatch({ table, settings }: Loop, command: Command): Promise<void> {
  const { order, key, sequence } = command;
  await table.getEntity(order, "dispatch").catch(() => undefined);
  await post(`${settings["WAREHOUSE_URL"]}/commands`, key, command);
  const body = JSON.stringify({ last: sequence, hashes: { [sequence]: sha256(key) } });
  await table.upsertEntity({ partitionKey: order, rowKey: "dispatch", body });
}

async function post(url: string, key: string, body: object): Promise<void> {
  const response = await call(url, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": `"${key}"` },
    body: JSON.stringify(body),
  });
  await response.json();
}

async function call(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

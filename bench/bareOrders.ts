import { createHash } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { ServiceBusClient, type ServiceBusReceivedMessage } from "@azure/service-bus";
import { serveChild } from "../local/child.ts";
import { type ShapeName, storageShape } from "./storageShape.ts";

export type BareOptions = {
  readonly shape: ShapeName;
  readonly queues: { readonly orders: string; readonly warehouse: string };
  readonly settings: Readonly<Record<string, string>>;
  readonly query: string;
  readonly callsAtOnce: number;
};

type Event = { readonly table: string; readonly rowId: string; readonly correlationId: string };
type OrderRow = {
  readonly ordernumber: string;
  readonly totalamount: number;
  readonly order_details: readonly {
    readonly quantity: number;
    readonly productid: { readonly productnumber: string };
  }[];
};
type Command = { readonly key: string; readonly order: string; readonly sequence: number };

/**
 * What the order functions are held against: a loop written by hand that makes their calls to broker, tables and outside
 * systems, and nothing else. It checks no answer but for its status and recognises no duplicate; what fails the SDK gives back to the queue.
 */
serveChild(async ({ shape, queues, settings, query, callsAtOnce }: BareOptions) => {
  const setting = (name: string) => settings[name] ?? "";
  const client = new ServiceBusClient(setting("SERVICE_BUS"));
  const table = TableClient.fromConnectionString(setting("STORAGE"), "orders", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await table.createTable();
  const { begin, end } = storageShape(shape, table);
  const warehouse = client.createSender(queues.warehouse);
  const dataverse = `${setting("DATAVERSE_URL")}/api/data/v9.2`;
  const authorization = "Bearer bench";

  const processOrder = async ({ table: name, rowId, correlationId }: Event) => {
    const order = `${name}:${rowId}`;
    const submission = `${order}:${correlationId}:OrderSubmitted`;
    const read = await call(`${dataverse}/salesorders(${rowId})?${query}`, {
      headers: { authorization },
    });
    const { ordernumber, totalamount, order_details } = (await read.json()) as OrderRow;
    const lines = order_details.map(({ quantity, productid: { productnumber } }) => ({
      sku: productnumber,
      quantity: String(quantity),
    }));
    const state = JSON.stringify({ submission, ordernumber, totalamount, lines });
    await begin(order, state);
    await post(`${setting("INVENTORY_URL")}/reservations`, `${submission}:reserve`, {
      order,
      submission,
      lines,
    });
    const type = "requestShipment";
    const key = `${submission}:${type}`;
    const command = { type, order, orderNumber: ordernumber, submission, sequence: 1, key, lines };
    await warehouse.sendMessages({ body: command, messageId: sha256(key) });
    const written = await call(
      `${dataverse}/contoso_fulfilments(contoso_submission='${sha256(submission)}')`,
      {
        method: "PATCH",
        headers: { authorization, "content-type": "application/json", "if-none-match": "*" },
        body: JSON.stringify({
          contoso_name: ordernumber,
          contoso_order: order,
          contoso_ordernumber: ordernumber,
          contoso_outcome: "approved",
          contoso_total: String(totalamount),
          contoso_currency: "EUR",
        }),
      },
    );
    await written.arrayBuffer();
    await end(order, state);
  };

  const dispatch = async (command: Command) => {
    const { order, key, sequence } = command;
    await table.getEntity(order, "dispatch").catch(() => undefined);
    await post(`${setting("WAREHOUSE_URL")}/commands`, key, command);
    const body = JSON.stringify({ last: sequence, hashes: { [sequence]: sha256(key) } });
    await table.upsertEntity({ partitionKey: order, rowKey: "dispatch", body });
  };

  const consume = (
    queue: string,
    handle: (message: ServiceBusReceivedMessage) => Promise<void>,
  ) => {
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
  };
  consume(queues.orders, ({ body }) => processOrder(body as Event));
  consume(queues.warehouse, ({ body }) => dispatch(body as Command));
  return { info: undefined, stop: () => client.close() };
});

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

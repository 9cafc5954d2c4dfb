import { randomUUID } from "node:crypto";
import { ServiceBusClient, type ServiceBusMessage } from "@azure/service-bus";
import { succeed } from "../local/outside/request.ts";
import { type OrderStack, orderMessage, startOrderStack } from "./orderStack.ts";
import { startWire, type Wire } from "./wire.ts";

/** What each thing that can happen to an order costs on the wire, its dispatch to the warehouse included. */
export type CountedOrders = {
  readonly first: Wire;
  readonly duplicate: Wire;
  /** Submitted anew while the first submission stands: that one is undone. */
  readonly later: Wire;
  readonly withdrawn: Wire;
  /** Its first attempt fails at the inventory, its second goes through. */
  readonly resumed: Wire;
  readonly throughApi: Wire;
  /** First submissions that come together. */
  readonly crowd: Wire & { readonly size: number };
  /** How often the app read its breakers in all this, and how long it took. */
  readonly breakers: { readonly reads: number; readonly tookMs: number };
};

const CROWD = 30;
/** Far beyond what any of it takes: a slow machine must not change a count. */
const PLENTY_MS = 120_000;
const functions = ["processOrder", "dispatchShipment", "submitOrder"];

/** Drives orders through the real app, one thing after the other, and counts from outside. The counts are the same in every run. */
export async function countOrders(): Promise<CountedOrders> {
  const stack = await startOrderStack();
  const { ports, connectionString } = stack.surroundings.azurite;
  const wire = await startWire(ports.tablePort, stack.adminUrl);
  const client = new ServiceBusClient(stack.surroundings.connectionStrings.broker);
  try {
    const tables = `TableEndpoint=${wire.url}/`;
    const host = await stack.startHost({
      functions,
      settings: {
        STORAGE: connectionString.replace(/TableEndpoint=http:\/\/[^/]+\//, tables),
      },
    });
    try {
      const sender = client.createSender("orders");
      return await tell(stack, wire, host.info.url, (messages) => sender.sendMessages(messages));
    } finally {
      await host.stop();
    }
  } finally {
    await client.close();
    await wire.stop();
    await stack.stop();
  }
}

async function tell(
  { world, enterOrders }: OrderStack,
  { during }: Awaited<ReturnType<typeof startWire>>,
  appUrl: string,
  send: (message: ServiceBusMessage | ServiceBusMessage[]) => Promise<void>,
): Promise<CountedOrders> {
  const { dataverse, standIns } = world;
  const untilQuiet = (action: () => Promise<unknown>) =>
    during(async () => {
      await action();
      await world.quiet(PLENTY_MS);
    });
  const changed = async (order: string, type: "OrderSubmitted" | "OrderWithdrawn") => {
    const modifiedOn = Date.parse(String((await dataverse.order(order))["modifiedon"]));
    const message = orderMessage(order);
    return { ...message, body: { ...message.body, type, modifiedOn } };
  };
  const [warmUp, order, failing, posted] = (await enterOrders(4)) as [
    string,
    string,
    string,
    string,
  ];
  const post = (orderId: string) =>
    succeed("POST", `${appUrl}/api/orders`, {
      headers: { "idempotency-key": `"${randomUUID()}"` },
      body: { orderId },
    });
  const startedAt = performance.now();
  const made = await untilQuiet(() => post(warmUp)); // makes the tables

  const event = orderMessage(order);
  const first = await untilQuiet(() => send(event));
  const duplicate = await untilQuiet(() => send({ ...event, messageId: randomUUID() }));
  await dataverse.withdraw(order);
  await dataverse.submit(order);
  const again = await changed(order, "OrderSubmitted");
  const later = await untilQuiet(() => send(again));
  await dataverse.withdraw(order);
  const withdrawal = await changed(order, "OrderWithdrawn");
  const withdrawn = await untilQuiet(() => send(withdrawal));

  await standIns.behave("inventory", { mode: "failing", times: 1 });
  const resumed = await untilQuiet(() => send(orderMessage(failing)));

  const throughApi = await untilQuiet(() => post(posted));

  const orders = await enterOrders(CROWD);
  const together = await untilQuiet(() => send(orders.map(orderMessage)));
  const told = { first, duplicate, later, withdrawn, resumed, throughApi };
  const wires = [made, ...Object.values(told), together];
  const reads = wires.flatMap(({ breakers }) => breakers).length;
  const breakers = { reads, tookMs: performance.now() - startedAt };
  return { ...told, crowd: { ...together, size: CROWD }, breakers };
}

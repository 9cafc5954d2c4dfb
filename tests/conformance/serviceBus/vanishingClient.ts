import { ServiceBusClient } from "@azure/service-bus";

/** A process that locks a message, says so and waits to be killed. */
const client = new ServiceBusClient(process.env["CONNECTION"] ?? "");
await client.createReceiver(process.env["QUEUE"] ?? "").receiveMessages(1);
process.send?.("locked");

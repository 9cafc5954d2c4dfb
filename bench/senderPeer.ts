import { ServiceBusClient } from "@azure/service-bus";
import { sendWith } from "./exchange.ts";

/** Sends as many messages as each number that comes over IPC says, and tells when they are sent. Ends with its parent. */
const [, , connectionString = "", queue = ""] = process.argv;
const send = sendWith(new ServiceBusClient(connectionString).createSender(queue));

process.on("message", (messages: number) => {
  void send(messages).then(() => process.send?.("sent"));
});
process.on("disconnect", () => process.exit());

import type { AddressInfo } from "node:net";
import rhea, { type EventContext } from "rhea";

/**
 * The far end of the loopback pair, in a process of its own: accepts each message, sends it on to the
 * one link that receives, and does nothing else. Tells its port over IPC and ends with its parent.
 */
const container = rhea.create_container({
  tcp_no_delay: true,
  receiver_options: { credit_window: 1_000 },
});
const waiting: Buffer[] = [];
let out: EventContext["sender"];

const relay = () => {
  while (out?.sendable() && waiting.length > 0) {
    const body = waiting.shift();
    if (body) out.send({ body: rhea.message.data_section(body) });
  }
};
container.on("sender_open", ({ sender }: EventContext) => {
  out = sender;
});
container.on("message", ({ message }: EventContext) => {
  if (!message) return;
  waiting.push((message.body as { content: Buffer }).content);
  relay();
});
container.on("sendable", relay);
container.on("disconnected", () => {});

const server = container.listen({ port: 0, host: "127.0.0.1" });
server.on("listening", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());

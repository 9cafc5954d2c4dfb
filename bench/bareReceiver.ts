import { ServiceBusClient } from "@azure/service-bus";
import { serveChild } from "../local/child.ts";

/** What the host's queue trigger is held against: a loop of the SDK's that completes each message. */
serveChild(async (options: { connectionString: string; queue: string; callsAtOnce: number }) => {
  const client = new ServiceBusClient(options.connectionString);
  const receiver = client.createReceiver(options.queue);
  receiver.subscribe(
    {
      processMessage: (message) => receiver.completeMessage(message),
      processError: ({ error }) => Promise.resolve(void process.stderr.write(`${error.stack}\n`)),
    },
    { autoCompleteMessages: false, maxConcurrentCalls: options.callsAtOnce },
  );
  return { info: undefined, stop: () => client.close() };
});

import type { ServiceBusClient, ServiceBusReceivedMessage } from "@azure/service-bus";

type State = ServiceBusReceivedMessage["state"];
type SequenceNumber = ServiceBusReceivedMessage["sequenceNumber"];

/**
 * Takes out of a queue and its dead letters whatever they hold, also what is scheduled or deferred; what is
 * locked, once its lock has ended. For a service that is not ours, which has no reset. The client has to be a
 * new one: a client that has peeked goes on from there.
 */
export async function emptyQueue(client: ServiceBusClient, queue: string): Promise<void> {
  for (const subQueue of [{}, { subQueueType: "deadLetter" }] as const) {
    let first: SequenceNumber;
    do first = await takeOut(client, queue, { ...subQueue, from: first });
    while (first !== undefined);
  }
}

/** Takes out what it sees and can get; the number of the first that it saw. */
async function takeOut(
  client: ServiceBusClient,
  queue: string,
  { from, ...subQueue }: { from: SequenceNumber; subQueueType?: "deadLetter" },
): Promise<SequenceNumber> {
  const receiver = client.createReceiver(queue, { receiveMode: "receiveAndDelete", ...subQueue });
  const left = await receiver.peekMessages(100, from && { fromSequenceNumber: from });
  const numbers = (state: State) =>
    left.flatMap((message) => (message.state === state ? (message.sequenceNumber ?? []) : []));
  const [scheduled, deferred] = [numbers("scheduled"), numbers("deferred")];
  // One that has become active or is locked meanwhile is refused, and seen again.
  if (scheduled.length > 0) {
    const sender = client.createSender(queue);
    await sender.cancelScheduledMessages(scheduled).catch(() => {});
    await sender.close();
  }
  if (deferred.length > 0) await receiver.receiveDeferredMessages(deferred).catch(() => {});
  const others = left.length - scheduled.length - deferred.length;
  if (others > 0) await receiver.receiveMessages(others, { maxWaitTimeInMs: 1_000 });
  await receiver.close();
  return left[0]?.sequenceNumber;
}

/** A message as a service endpoint puts it on its queue. */
export type QueueMessage = {
  readonly body: Buffer;
  readonly contentType: string;
  readonly messageId: string;
  readonly applicationProperties: Readonly<Record<string, string | boolean>>;
};

/** Rejects when the bus has not accepted. */
export type QueueSender = {
  readonly send: (message: QueueMessage) => Promise<void>;
  readonly close: () => Promise<void>;
};

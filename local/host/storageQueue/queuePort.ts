/** A message of a storage queue that this host has taken for a while. */
export type QueueMessage = {
  readonly messageId: string;
  readonly popReceipt: string;
  readonly messageText: string;
  /** How often it has been taken, this time included. */
  readonly dequeueCount: number;
  readonly insertedOn: Date;
  readonly expiresOn: Date;
  readonly nextVisibleOn: Date;
};

/** What the listener needs of a queue. A queue that does not exist is an empty one. All reject as the service does. */
export type QueuePort = {
  /** At most so many messages, unseen by others for that long. */
  readonly receive: (most: number, visibilityMs: number) => Promise<readonly QueueMessage[]>;
  /** Keeps a message unseen from now on for that long. Resolves with its new pop receipt. */
  readonly hide: (messageId: string, popReceipt: string, ms: number) => Promise<string>;
  readonly remove: (messageId: string, popReceipt: string) => Promise<void>;
  /** Adds a copy to the poison queue, which is created when it is not there. */
  readonly addToPoison: (message: QueueMessage) => Promise<void>;
};

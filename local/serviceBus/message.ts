/** A message as its sender hands it in; `content` is whatever the queue carries without looking inside. */
export type Submission<Content> = {
  readonly content: Content;
  /** What duplicate detection compares. */
  readonly messageId: string;
  /** Undefined: as long as the queue's default. */
  readonly timeToLiveMs: number | undefined;
  /** Epoch ms before which it is not delivered. */
  readonly scheduledAt: number | undefined;
};

/** A message in a queue. Numbers rise in the order in which messages become available. */
export type QueuedMessage<Content> = {
  readonly sequenceNumber: number;
  readonly enqueuedAt: number;
  /** Epoch ms; undefined for one that never expires. */
  readonly expiresAt: number | undefined;
  readonly content: Content;
  /** Deliveries that failed: abandoned, deferred, or their lock expired. */
  readonly deliveryCount: number;
  readonly state: MessageState<Content>;
};

/** Where a message is in its life; `gone` when it has left this queue. */
export type MessageState<Content> =
  | { readonly name: "scheduled"; readonly at: number; readonly submission: Submission<Content> }
  | { readonly name: "active" }
  | { readonly name: "deferred" }
  | { readonly name: "locked"; readonly lock: Lock; readonly wasDeferred: boolean }
  | { readonly name: "gone" };

/** A receiver's hold on a message. */
export type Lock = { readonly id: number; readonly sequenceNumber: number; readonly until: number };

export type LockedMessage<Content> = {
  readonly message: QueuedMessage<Content>;
  readonly lock: Lock;
};

/** How a receiver ends its hold; `change` rewrites the content on the way. */
export type Settlement<Content> =
  | { readonly kind: "complete" }
  /** Back to where it was; counts as a failed delivery. */
  | { readonly kind: "abandon"; readonly change?: (content: Content) => Content }
  /** Back to where it was, as if it had never been delivered. */
  | { readonly kind: "release" }
  /** Set aside: only its sequence number brings it back. Counts as a delivery. */
  | { readonly kind: "defer"; readonly change?: (content: Content) => Content }
  | { readonly kind: "deadLetter"; readonly change?: (content: Content) => Content };

export type DeadLetterReason = { readonly reason: string; readonly description: string };

/** Which of a queue's two lists of messages. */
export type QueuePart = "main" | "deadLetters";

/**
 * What happened to a queue, told so that it can be done again. Locks are not told of: they end with the
 * process that gave them, and a message whose lock did not end otherwise is back where it was.
 */
export type QueueChange<Content> =
  /** The message is here now, in this state, whatever was known of its number before. */
  | { readonly kind: "put"; readonly message: KeptMessage<Content> }
  /** It was delivered in vain, and is active or deferred with this count. */
  | {
      readonly kind: "returned";
      readonly sequenceNumber: number;
      readonly deliveryCount: number;
      readonly deferred: boolean;
    }
  | { readonly kind: "removed"; readonly sequenceNumber: number }
  /** Duplicate detection saw this id. */
  | { readonly kind: "seen"; readonly messageId: string; readonly at: number }
  /** Numbers up to this one are used up. */
  | { readonly kind: "numbered"; readonly last: number }
  | { readonly kind: "cleared" };

/** A message without its lock. */
export type KeptMessage<Content> = Omit<QueuedMessage<Content>, "state"> & {
  readonly state: Exclude<MessageState<Content>, { readonly name: "locked" | "gone" }>;
};

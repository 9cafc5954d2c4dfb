/** What a queue is: everything the broker needs to know about it, fixed while it runs. */
export type QueueDescription = {
  readonly name: string;
  readonly lockDurationMs: number;
  readonly maxDeliveryCount: number;
  readonly defaultMessageTimeToLiveMs: number;
  /** How long a message id is remembered; undefined: no duplicate detection. */
  readonly duplicateDetectionWindowMs: number | undefined;
  /** What its messages may take up, the dead letters among them, before it takes no more. */
  readonly maxSizeBytes: number;
  readonly requiresSession: boolean;
  readonly deadLetteringOnMessageExpiration: boolean;
  readonly forwardTo: string | undefined;
  readonly forwardDeadLetteredMessagesTo: string | undefined;
};

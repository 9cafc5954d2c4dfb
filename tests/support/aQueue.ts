import type { QueueDescription } from "../../local/serviceBus/queueDescription.ts";

/** A queue by its name, and with all else as a test may not care about. */
export function aQueue(name: string, rest: Partial<QueueDescription> = {}): QueueDescription {
  return {
    name,
    lockDurationMs: 60_000,
    maxDeliveryCount: 10,
    defaultMessageTimeToLiveMs: 3_600_000,
    duplicateDetectionWindowMs: undefined,
    maxSizeBytes: 1_073_741_824,
    requiresSession: false,
    deadLetteringOnMessageExpiration: false,
    forwardTo: undefined,
    forwardDeadLetteredMessagesTo: undefined,
    ...rest,
  };
}

import { Queue, type QueueRules } from "../../../../local/serviceBus/queue.ts";

const defaultRules: QueueRules = {
  lockDurationMs: 1_000,
  maxDeliveryCount: 3,
  defaultMessageTimeToLiveMs: 100_000,
  duplicateDetectionWindowMs: undefined,
  deadLetteringOnMessageExpiration: true,
};

/** A queue of texts on a clock that stands still until it is told. */
export function aQueue(rules: Partial<QueueRules> = {}, sizeOf?: (content: string) => number) {
  const clock = { now: 1_000_000 };
  let nextId = 0;
  const queue = new Queue<string>({
    rules: { ...defaultRules, ...rules },
    now: () => clock.now,
    ...(sizeOf && { sizeOf }),
    withReason: (content, { reason }) => `${content}!${reason}`,
  });
  const submission = (
    content: string,
    details: { messageId?: string; timeToLiveMs?: number; scheduledAt?: number } = {},
  ) => {
    nextId += 1;
    return {
      content,
      messageId: details.messageId ?? `id-${nextId}`,
      timeToLiveMs: details.timeToLiveMs,
      scheduledAt: details.scheduledAt,
    };
  };
  return {
    queue,
    clock,
    send: (content: string, details?: Parameters<typeof submission>[1]) =>
      queue.send(submission(content, details)),
    /** Locks the next message; fails the test when there is none. */
    lockNext: () => {
      const locked = queue.receive();
      if (!locked) throw new Error("nothing to receive");
      return locked;
    },
    pass: (ms: number) => {
      clock.now += ms;
      queue.sweep();
    },
    contents: (part = queue) => part.peek(0, 1_000).map(({ content }) => content),
    deadLetters: () => queue.deadLetters?.peek(0, 1_000).map(({ content }) => content),
  };
}

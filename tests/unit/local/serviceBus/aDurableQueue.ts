import type { Committable } from "../../../../local/journal/commits.ts";
import { Queue, type QueueRules } from "../../../../local/serviceBus/queue.ts";
import { createQueueStores } from "../../../../local/serviceBus/queueStore.ts";
import type { StoredMessage } from "../../../../local/serviceBus/storedMessage.ts";
import { copyOf, createMemoryFiles } from "../../../support/memoryFiles.ts";

export const textOf = ({ bare }: StoredMessage): string => bare.toString();

/** A queue whose journal is in memory, and which can be killed and started again. */
export function aDurableQueue(rules: QueueRules) {
  const clock = { now: 1_000_000 };
  const toContent = (text: string): StoredMessage => ({
    durable: true,
    priority: 3,
    timeToLiveMs: undefined,
    annotations: [Buffer.from("key"), Buffer.from("value")],
    bare: Buffer.from(text),
  });
  const start = (files: ReturnType<typeof createMemoryFiles>) => {
    const dirty = new Set<Committable>();
    const stores = createQueueStores({
      path: "queues.journal",
      files,
      sync: false,
      commits: { add: (changed) => void dirty.add(changed), commit: () => {}, close: () => {} },
      log: () => {},
      step: 1_024,
      floor: 2_000,
    });
    const store = stores.of("Orders");
    const queue: Queue<StoredMessage> = new Queue({
      rules,
      now: () => clock.now,
      withReason: (content, { reason }) => toContent(`${textOf(content)}!${reason}`),
      onChange: store.record,
    });
    stores.restore([{ name: "orders", queue }]);
    return { files, queue, commit: () => dirty.forEach((one) => void one.commit()) };
  };
  let running = start(createMemoryFiles());

  return {
    clock,
    get queue() {
      return running.queue;
    },
    send: (text: string, details: { messageId: string; scheduledAt: number }) =>
      running.queue.send({ content: toContent(text), timeToLiveMs: undefined, ...details }),
    /** Writes what has changed since the last time. */
    commit: () => running.commit(),
    /** Kills the queue and starts it from its file; what was not committed is gone. */
    restart: () => {
      running = start(copyOf(running.files));
      running.queue.sweep();
    },
  };
}

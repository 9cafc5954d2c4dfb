import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HostedFunction, QueueTrigger } from "../../../../../local/host/functions.ts";
import { parseHostJson } from "../../../../../local/host/hostJson.ts";
import type { Invoke } from "../../../../../local/host/invoke.ts";
import { startQueueListener } from "../../../../../local/host/storageQueue/queueListener.ts";
import type { QueueMessage, QueuePort } from "../../../../../local/host/storageQueue/queuePort.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Stored = { text: string; dequeueCount: number; visibleAt: number };

/** A queue in memory that hides and counts as the service does. */
function memoryQueue() {
  const messages = new Map<string, Stored>();
  const poison: string[] = [];
  const asked: number[] = [];
  let sent = 0;
  const port: QueuePort = {
    receive: async (most, visibilityMs) => {
      asked.push(Date.now());
      const visible = [...messages].filter(([, { visibleAt }]) => visibleAt <= Date.now());
      return visible.slice(0, most).map(([messageId, stored]): QueueMessage => {
        stored.dequeueCount += 1;
        stored.visibleAt = Date.now() + visibilityMs;
        const now = new Date();
        return {
          messageId,
          popReceipt: `receipt-${stored.dequeueCount}`,
          messageText: stored.text,
          dequeueCount: stored.dequeueCount,
          insertedOn: now,
          expiresOn: now,
          nextVisibleOn: now,
        };
      });
    },
    hide: async (messageId, popReceipt, ms) => {
      const stored = messages.get(messageId);
      if (stored !== undefined) stored.visibleAt = Date.now() + ms;
      return `${popReceipt}+`;
    },
    remove: async (messageId) => void messages.delete(messageId),
    addToPoison: async ({ messageText }) => void poison.push(messageText),
  };
  const send = (...bodies: string[]) => {
    for (const body of bodies) {
      sent += 1;
      const text = Buffer.from(body).toString("base64");
      messages.set(String(sent), { text, dequeueCount: 0, visibleAt: 0 });
    }
  };
  return { port, messages, poison, asked, send };
}

function listen(
  queue: ReturnType<typeof memoryQueue>,
  invoke: (body: string) => Promise<void>,
  options: object = {},
  queueName = "work",
) {
  const bodies: string[] = [];
  let running = 0;
  let most = 0;
  const run: Invoke = async (_fn, { input }) => {
    const body = input.string ?? "";
    bodies.push(body);
    running += 1;
    most = Math.max(most, running);
    try {
      await invoke(body);
    } finally {
      running -= 1;
    }
    return { hasResult: false };
  };
  const trigger = { type: "queue", queueName, cardinality: "one", dataType: "string" };
  const listener = startQueueListener({
    fn: { name: "work", trigger } as unknown as HostedFunction<QueueTrigger>,
    queue: queue.port,
    options: parseHostJson({ extensions: { queues: options } }).queues,
    invoke: run,
    log: () => {},
    random: () => 1,
  });
  return { listener, bodies, most: () => most };
}

const succeed = async () => {};
const fail = async () => {
  throw new Error("on purpose");
};

test("a message is run with its text decoded, and deleted after success", async () => {
  const queue = memoryQueue();
  queue.send("hello");
  const { bodies } = listen(queue, succeed);

  await vi.advanceTimersByTimeAsync(0);

  expect(bodies).toEqual(["hello"]);
  expect(queue.messages.size).toBe(0);
});

test("one that fails is shown again after visibilityTimeout, and moved aside after maxDequeueCount", async () => {
  const queue = memoryQueue();
  queue.send("bad");
  const options = { visibilityTimeout: "00:00:10", maxDequeueCount: 3 };
  const { bodies } = listen(queue, fail, { ...options, maxPollingInterval: "00:00:01" });

  await vi.advanceTimersByTimeAsync(15_000);
  expect(bodies).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(10_000);

  expect(bodies).toHaveLength(3);
  expect(queue.messages.size).toBe(0);
  expect(queue.poison).toEqual([Buffer.from("bad").toString("base64")]);
});

test("one that was taken too often without an answer is moved aside unseen", async () => {
  const queue = memoryQueue();
  queue.send("kills its host");
  for (const stored of queue.messages.values()) stored.dequeueCount = 5;
  const { bodies } = listen(queue, succeed);

  await vi.advanceTimersByTimeAsync(0);

  expect(bodies).toEqual([]);
  expect(queue.poison).toHaveLength(1);
});

test("a text that is no base64 is moved aside at once", async () => {
  const queue = memoryQueue();
  queue.messages.set("1", { text: "plain text", dequeueCount: 0, visibleAt: 0 });
  const { bodies } = listen(queue, succeed);

  await vi.advanceTimersByTimeAsync(0);

  expect(bodies).toEqual([]);
  expect(queue.poison).toEqual(["plain text"]);
});

test("messageEncoding none takes the text as it is", async () => {
  const queue = memoryQueue();
  queue.messages.set("1", { text: "plain text", dequeueCount: 0, visibleAt: 0 });
  const { bodies } = listen(queue, succeed, { messageEncoding: "none" });

  await vi.advanceTimersByTimeAsync(0);

  expect(bodies).toEqual(["plain text"]);
});

test("what fails in a poison queue stays there, hidden", async () => {
  const queue = memoryQueue();
  queue.send("bad");
  const { bodies } = listen(queue, fail, {}, "work-poison");

  await vi.advanceTimersByTimeAsync(500_000);
  expect(bodies).toHaveLength(1);

  expect(queue.messages.size).toBe(1);
  expect(queue.poison).toEqual([]);
});

test("a message stays hidden however long its function takes", async () => {
  const queue = memoryQueue();
  queue.send("slow");
  const hour = () => new Promise<void>((resolve) => setTimeout(resolve, 3_600_000));
  const { bodies } = listen(queue, hour);

  await vi.advanceTimersByTimeAsync(3_600_000);

  expect(bodies).toEqual(["slow"]);
  expect(queue.messages.size).toBe(0);
});

test("a next batch is taken when only newBatchThreshold are left under way", async () => {
  const queue = memoryQueue();
  queue.send(...Array.from({ length: 20 }, (_none, index) => String(index)));
  const second = () => new Promise<void>((resolve) => setTimeout(resolve, 1_000));
  const { bodies, most } = listen(queue, second, { batchSize: 4, newBatchThreshold: 2 });

  await vi.advanceTimersByTimeAsync(1_000);
  expect(bodies).toHaveLength(8);
  await vi.advanceTimersByTimeAsync(10_000);

  expect(bodies).toHaveLength(20);
  expect(most()).toBeLessThanOrEqual(6);
});

test("an empty queue is asked more and more rarely, and often again after a message", async () => {
  const queue = memoryQueue();
  listen(queue, succeed, { maxPollingInterval: "00:00:05" });

  await vi.advanceTimersByTimeAsync(20_000);
  queue.send("late");
  await vi.advanceTimersByTimeAsync(5_000);
  const pauses = queue.asked.map((at, index) => at - (queue.asked[index - 1] ?? at)).slice(1);

  // The message comes with the last of the long pauses, and the next question follows at once.
  const growing = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000];
  expect(pauses.slice(0, 12)).toEqual([...growing, 0, 100, 200]);
});

test("after a pause nothing is taken, and closing waits for what is under way", async () => {
  const queue = memoryQueue();
  queue.send("slow");
  const second = () => new Promise<void>((resolve) => setTimeout(resolve, 1_000));
  const { listener, bodies } = listen(queue, second);
  await vi.advanceTimersByTimeAsync(0);
  let isClosed = false;

  await listener.pause();
  queue.send("too late");
  void listener.close().then(() => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);

  expect(isClosed).toBe(true);
  expect(bodies).toEqual(["slow"]);
});

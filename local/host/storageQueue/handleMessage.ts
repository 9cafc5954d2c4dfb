import { toQueueMetadata } from "../converters/toQueueMetadata.ts";
import { toText, toTypedBody } from "../converters/toTypedBody.ts";
import { withBodyMetadata } from "../converters/withBodyMetadata.ts";
import { errorKind } from "../errorKind.ts";
import type { HostedFunction, QueueTrigger } from "../functions.ts";
import type { QueuesOptions } from "../hostJson.ts";
import type { Invoke } from "../invoke.ts";
import type { Log } from "../log.ts";
import { decodeText } from "./decodeText.ts";
import { keepHidden } from "./keepHidden.ts";
import { POISON_SUFFIX } from "./openQueue.ts";
import type { QueueMessage, QueuePort } from "./queuePort.ts";

export type HandleMessageOptions = {
  readonly fn: HostedFunction<QueueTrigger>;
  readonly queue: QueuePort;
  readonly options: QueuesOptions;
  readonly invoke: Invoke;
  readonly log: Log;
};

/**
 * One message through its function, hidden meanwhile. Success deletes it. A throw shows it again after
 * `visibilityTimeout`, or moves it to the poison queue once it was taken `maxDequeueCount` times; so does a
 * text that cannot be decoded. Moving is a copy and a deletion: killed in between, the copy comes twice.
 * What fails on the way is logged, and the message comes again when its time is over. Never rejects.
 */
export async function handleMessage(
  { fn, queue, options, invoke, log }: HandleMessageOptions,
  message: QueueMessage,
): Promise<void> {
  const category = `Function.${fn.name}`;
  const { trigger } = fn;
  const { maxDequeueCount, visibilityTimeoutMs, messageEncoding } = options;
  const hidden = keepHidden(queue, message, log, category);

  const isPoisonQueue = trigger.queueName.endsWith(POISON_SUFFIX);
  const park = async (reason: string) => {
    // As on the real host a poison queue has none of its own: what fails there stays hidden for its time.
    if (isPoisonQueue) return;
    log("warning", category, `message ${message.messageId} goes to the poison queue: ${reason}`);
    await queue.addToPoison(message);
    await queue.remove(message.messageId, await hidden.end());
  };
  const run = async (): Promise<boolean> => {
    const body = decodeText(message.messageText, messageEncoding);
    if (body === undefined) {
      await park("its text is not base64");
      return true;
    }
    const metadata = toQueueMetadata(message, toText(body));
    return invoke(fn, {
      input: toTypedBody([body], "one", trigger.dataType),
      triggerMetadata:
        trigger.dataType === "string" ? withBodyMetadata(metadata, toText(body)) : metadata,
    }).then(
      async () => {
        await queue.remove(message.messageId, await hidden.end());
        return true;
      },
      () => false,
    );
  };

  try {
    // Hosts that die with it never count a failure, only how often it was taken.
    if (message.dequeueCount > maxDequeueCount) await park(`taken ${maxDequeueCount} times`);
    else if (!(await run())) {
      if (message.dequeueCount >= maxDequeueCount) await park(`failed ${maxDequeueCount} times`);
      else if (!isPoisonQueue)
        await queue.hide(message.messageId, await hidden.end(), visibilityTimeoutMs);
    }
  } catch (error) {
    log("warning", category, `message ${message.messageId} is not settled: ${errorKind(error)}`);
  } finally {
    await hidden.end();
  }
}

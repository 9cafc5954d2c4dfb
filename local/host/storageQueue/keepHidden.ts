import { errorKind } from "../errorKind.ts";
import type { Log } from "../log.ts";
import type { QueueMessage, QueuePort } from "./queuePort.ts";

/** How long a taken message is unseen by others; as on the real host it is renewed at half of that. */
export const HIDDEN_MS = 600_000;

export type Hidden = {
  /** Stops the renewals and resolves with the pop receipt that holds by now. */
  readonly end: () => Promise<string>;
};

/** Keeps a message unseen while its function runs, however long that takes. */
export function keepHidden(
  queue: QueuePort,
  { messageId, popReceipt }: QueueMessage,
  log: Log,
  category: string,
): Hidden {
  let current = Promise.resolve(popReceipt);
  const timer = setInterval(() => {
    current = current.then((receipt) =>
      queue.hide(messageId, receipt, HIDDEN_MS).catch((error: unknown) => {
        log("warning", category, `message ${messageId} is not kept hidden: ${errorKind(error)}`);
        return receipt;
      }),
    );
  }, HIDDEN_MS / 2);
  timer.unref();
  return {
    end: () => {
      clearInterval(timer);
      return current;
    },
  };
}

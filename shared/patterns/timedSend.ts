import type { Clock } from "./clock.ts";
import { answerWithin } from "./deadline.ts";

/** A message and where it goes. The id is part of it: whoever repeats the send repeats the id. */
export type OutgoingMessage = {
  readonly destination: string;
  readonly messageId: string;
  readonly body: unknown;
  readonly applicationProperties?: Readonly<Record<string, string | number | boolean>>;
};

export type Send = (message: OutgoingMessage) => Promise<void>;

/** What the bus did not confirm in time; it may have arrived all the same. `because` is the first failure. */
type SendOutcome = {
  readonly unsent: readonly OutgoingMessage[];
  readonly because?: Error | undefined;
};

export type TimedSend = (messages: readonly OutgoingMessage[]) => Promise<SendOutcome>;

/**
 * Sends messages side by side and reports after `timeoutMs` at the latest, whatever the client's own
 * retries still do: a silent broker otherwise holds a caller for two minutes. Never rejects.
 */
export function createTimedSend({
  send,
  clock,
  timeoutMs,
}: {
  readonly send: Send;
  readonly clock: Pick<Clock, "sleep">;
  readonly timeoutMs: number;
}): TimedSend {
  return async function sendInTime(messages) {
    const unsent = new Set(messages);
    const failures: Error[] = [];
    const sendOne = async (message: OutgoingMessage) => {
      try {
        await send(message);
        unsent.delete(message);
      } catch (error) {
        failures.push(
          error instanceof Error ? error : new Error("the send failed", { cause: error }),
        );
      }
    };
    const report = (): SendOutcome => ({ unsent: [...unsent], because: failures[0] });
    const reportLate = (): SendOutcome => ({
      unsent: [...unsent],
      because: failures[0] ?? new Error(`no answer within ${timeoutMs} ms`),
    });
    return answerWithin(
      timeoutMs,
      clock,
      () => Promise.all(messages.map(sendOne)).then(report),
      reportLate,
    );
  };
}

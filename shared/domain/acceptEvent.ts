import { parse } from "../parse.ts";
import { ChangeEvent } from "./changeEvent.ts";
import { classifyEvent, type IntakeContext } from "./classifyEvent.ts";
import type { OrderEvent } from "./orderEvent.ts";
import type { Enqueue } from "./orderReference.ts";

export type AcceptEventOptions = Omit<IntakeContext, "now"> & {
  readonly enqueue: Enqueue;
  readonly now: () => number;
};

/** What became of a change event, in words for a log line. */
type Accepted =
  | {
      readonly outcome: "accepted";
      readonly events: number;
      /** Of the first event; all share the correlation. */
      readonly type?: OrderEvent["type"];
      readonly correlationId?: string;
    }
  | { readonly outcome: "dropped"; readonly reason: string };

export type AcceptEvent = (data: unknown) => Promise<Accepted>;

/**
 * A Dataverse event, as parsed JSON, becomes references on queue `orders`. It asks nobody: what the
 * order is by now is read when it is processed. Throws TerminalError for an event that no repetition
 * can make acceptable.
 */
export function createAcceptEvent({ enqueue, now, ...context }: AcceptEventOptions): AcceptEvent {
  return async function acceptEvent(data) {
    const classified = classifyEvent(parse(ChangeEvent, data), { ...context, now: now() });
    if (classified.kind === "dropped") return { outcome: "dropped", reason: classified.reason };
    const { references, refused } = classified;
    await enqueue(references);
    if (refused !== undefined) throw refused; // the event is kept for a person, and its other rows go on
    const [first] = references;
    return {
      outcome: "accepted",
      events: references.length,
      ...(first && { type: first.event.type, correlationId: first.event.correlationId }),
    };
  };
}

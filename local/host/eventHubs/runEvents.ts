import type { PartitionContext, ReceivedEventData } from "@azure/event-hubs";
import { toEventBatchMetadata, toEventMetadata } from "../converters/toEventMetadata.ts";
import { toMessageBody } from "../converters/toMessageBody.ts";
import { toText, toTypedBody } from "../converters/toTypedBody.ts";
import { withBodyMetadata } from "../converters/withBodyMetadata.ts";
import type { EventHubTrigger, HostedFunction } from "../functions.ts";
import type { Invocation, Invoke } from "../invoke.ts";
import { type RetryPorts, withRetry } from "../retry.ts";

/**
 * Runs a function for events of one partition: once for all, or once for each in order. A failure is
 * retried as the function's `retry` says and then passed over. False: the host's stop cut it off.
 */
export type RunEvents = (
  events: readonly ReceivedEventData[],
  partition: PartitionContext,
) => Promise<boolean>;

export function createRunEvents(
  fn: HostedFunction<EventHubTrigger>,
  invoke: Invoke,
  ports: RetryPorts,
): RunEvents {
  const run = async (invocation: Invocation): Promise<boolean> => {
    const outcome = await withRetry(fn.metadata.retryOptions, ports, (retryContext) =>
      invoke(fn, { ...invocation, retryContext }),
    );
    return outcome !== "stopped";
  };
  const { cardinality, dataType } = fn.trigger;

  return async (events, partition) => {
    if (cardinality === "many") {
      return run({
        input: toTypedBody(events.map(toEventBody), "many", dataType),
        triggerMetadata: toEventBatchMetadata(events, partition),
      });
    }
    for (const event of events) {
      if (ports.signal.aborted) return false;
      const body = toEventBody(event);
      const metadata = toEventMetadata(event, partition);
      const done = await run({
        input: toTypedBody([body], "one", dataType),
        triggerMetadata:
          dataType === "string" ? withBodyMetadata(metadata, toText(body)) : metadata,
      });
      if (!done) return false;
    }
    return true;
  };
}

/** A body that is neither data nor text goes as its JSON: an event has no dead-letter queue to end in. */
function toEventBody(event: ReceivedEventData): Uint8Array {
  const { bodyType } = event.getRawAmqpMessage();
  const { body } = event as { body: unknown };
  const plain = body instanceof Uint8Array || typeof body === "string" || body === null;
  return plain || body === undefined
    ? toMessageBody({ body, _rawAmqpMessage: { bodyType } })
    : Buffer.from(JSON.stringify(body));
}

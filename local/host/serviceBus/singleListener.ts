import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { toMessageBody, UnsupportedBodyError } from "../converters/toMessageBody.ts";
import { toMessageMetadata } from "../converters/toMessageMetadata.ts";
import { toText, toTypedBody } from "../converters/toTypedBody.ts";
import { withBodyMetadata } from "../converters/withBodyMetadata.ts";
import type { HostedFunction, ServiceBusTrigger } from "../functions.ts";
import type { ServiceBusOptions } from "../hostJson.ts";
import type { Invocation, Invoke } from "../invoke.ts";
import { createLineState } from "../lineState.ts";
import type { Listener } from "../listener.ts";
import type { Log } from "../log.ts";
import type { NewClient } from "./clientFactory.ts";
import { createReceiver, describeEntity } from "./createReceiver.ts";
import type { Deliveries } from "./deliveries.ts";
import { createHoldBack, MOST_HOLD_MS } from "./holdBack.ts";
import { keepLocked } from "./keepLocked.ts";
import { openMessageStream } from "./messageStream.ts";
import { settleAfter } from "./settleAfter.ts";

export type ServiceBusFunction = HostedFunction<ServiceBusTrigger>;

export type ServiceBusListenerOptions = {
  readonly newClient: NewClient;
  readonly fn: ServiceBusFunction;
  readonly options: ServiceBusOptions;
  readonly deliveries: Deliveries;
  readonly invoke: Invoke;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * One message an invocation, up to maxConcurrentCalls at once, locks renewed meanwhile. A function that
 * throws abandons its message even without autoCompleteMessages; one that succeeds without it, and settles
 * nothing, leaves the message locked until the lock runs out. A dead letter that fails is held back for a
 * while before it is abandoned (`createHoldBack`).
 */
export function startSingleListener(listener: ServiceBusListenerOptions): Listener {
  const { newClient, fn, options, deliveries, invoke, log, now } = listener;
  const category = `Function.${fn.name}`;
  const autoComplete = fn.trigger.autoComplete ?? options.autoCompleteMessages;
  // Without renewal a lock has to outlive the wait.
  const maxHoldMs = Math.min(options.maxAutoLockRenewalMs, MOST_HOLD_MS);
  const renewal = { maxMs: options.maxAutoLockRenewalMs, now, log, category };

  const holdBack = createHoldBack();
  const stopping = new AbortController();
  const stream = openMessageStream({
    newClient,
    createReceiver: (client) => createReceiver(client, fn.trigger),
    maxConcurrentCalls: options.maxConcurrentCalls,
    line: createLineState(log, category, describeEntity(fn.trigger)),
    onMessage: async (receiver, message) => {
      const delivery = deliveries.add(receiver, message);
      const letGo = keepLocked(receiver, message, renewal);
      try {
        await invoke(fn, toInvocation(fn.trigger, message));
        letGo();
        holdBack.forget([message]);
        if (autoComplete) await settleAfter("complete", delivery, log, category);
      } catch (error) {
        if (error instanceof UnsupportedBodyError)
          log("error", category, `cannot bind ${error.message}`);
        if (fn.trigger.deadLetter) await holdBack.wait([message], maxHoldMs, stopping.signal);
        letGo();
        await settleAfter("abandon", delivery, log, category);
      } finally {
        deliveries.remove(delivery);
      }
    },
  });
  return {
    pause: async () => {
      stopping.abort();
      await stream.pause();
    },
    close: stream.close,
  };
}

/** Rejects a body that no function can get, so that it counts as a failed delivery. */
function toInvocation(
  { dataType }: ServiceBusTrigger,
  message: ServiceBusReceivedMessage,
): Invocation {
  const body = toMessageBody(message);
  const metadata = toMessageMetadata(message);
  return {
    input: toTypedBody([body], "one", dataType),
    triggerMetadata: dataType === "string" ? withBodyMetadata(metadata, toText(body)) : metadata,
    traceParent: traceParent(message),
  };
}

/** The SDKs send the caller's trace in this property. */
function traceParent({ applicationProperties }: ServiceBusReceivedMessage): string | undefined {
  const id = applicationProperties?.["Diagnostic-Id"];
  return typeof id === "string" ? id : undefined;
}

import { createDeadBodies } from "../adapters/deadBodies.ts";
import { createOutboxTable } from "../adapters/outboxTable.ts";
import type { MessageSender } from "../adapters/serviceBusSender.ts";
import { createSubmissionTable } from "../adapters/submissionTable.ts";
import { createTable } from "../adapters/tables.ts";
import type { Config } from "../config.ts";
import { type AcceptEvent, createAcceptEvent } from "../domain/acceptEvent.ts";
import { createKeepDeadBody, createRouteEvent } from "../domain/deadBody.ts";
import type { Enqueue } from "../domain/orderReference.ts";
import type { ReadOrder } from "../domain/orderView.ts";
import { createFindOrder, createSubmitOrder } from "../domain/submitOrder.ts";
import type { Telemetry } from "../domain/telemetryEvent.ts";
import { ParkError } from "../errors.ts";
import { createCallerOf } from "../http/caller.ts";
import type { Clock } from "../patterns/clock.ts";
import { guidFromName, messageIdOf, sha256 } from "../patterns/digest.ts";
import { createOutbox } from "../patterns/outbox.ts";
import { createTimedSend, type OutgoingMessage } from "../patterns/timedSend.ts";

export type IntakeServices = ReturnType<typeof createIntakeServices>;

type IntakeOptions = {
  readonly config: Config;
  readonly clock: Clock;
  readonly senderOf: (queue: string) => MessageSender;
  readonly readOrder: ReadOrder;
  readonly telemetry: Telemetry;
};

/** Well below a door's answer: after the bus has used up its time, one write must still fit in. */
const TABLE_TIMEOUT_MS = 3_000;
/** Within that time. Every write here may be repeated, and an idle connection that has ended must not cost a 202. */
const TABLE_RETRIES = 1;

/** The doors' part of the composition root. */
export function createIntakeServices({
  config,
  clock,
  senderOf,
  readOrder,
  telemetry,
}: IntakeOptions) {
  const { INTAKE_SEND_TIMEOUT_MS: timeoutMs, ORDERS_QUEUE, DATAVERSE_EVENTS_QUEUE } = config;
  const table = createTable(config.tables, "intake", {
    timeoutMs: TABLE_TIMEOUT_MS,
    maxRetries: TABLE_RETRIES,
  });
  const submissions = createSubmissionTable(table);
  const send = createTimedSend({
    send: ({ destination, ...message }) => senderOf(destination).send(message, { timeoutMs }),
    clock,
    timeoutMs,
  });
  const outbox = createOutbox({ send, store: createOutboxTable(table), clock });

  const messagesOf = (references: Parameters<Enqueue>[0]): OutgoingMessage[] =>
    references.map(({ event, change }) => ({
      destination: ORDERS_QUEUE,
      messageId: messageIdOf(change),
      body: event,
    }));
  const enqueueOrKeep: Enqueue = async (references) => {
    await outbox.deliver(messagesOf(references));
  };
  const enqueueOrPark: Enqueue = async (references) => {
    const { unsent, because } = await send(messagesOf(references));
    if (unsent.length > 0) {
      throw new ParkError("bus-unavailable", "queue orders did not take the event", {
        cause: because,
      });
    }
  };
  /** No door waits for it. */
  const report = (key: string) =>
    void telemetry.emit({ metric: "order.intake", key, value: 1, at: clock.now() });
  const acceptEvent = (door: "webhook" | "endpoint", enqueue: Enqueue): AcceptEvent => {
    const accept = createAcceptEvent({
      profile: config.orderProfile,
      organizationId: config.DATAVERSE_ORGANIZATION_ID,
      now: clock.now,
      door,
      enqueue,
    });
    return async (data) => {
      const accepted = await accept(data);
      report(`${door}.${accepted.outcome}`);
      return accepted;
    };
  };

  return {
    acceptWebhookEvent: acceptEvent("webhook", enqueueOrKeep),
    routeEvent: createRouteEvent(acceptEvent("endpoint", enqueueOrPark)),
    keepDeadBody: createKeepDeadBody({
      keepBody: createDeadBodies(config.blobs),
      announce: async (body) => {
        const message = {
          destination: DATAVERSE_EVENTS_QUEUE,
          messageId: `dead-body:${body.deadBody}`,
          body,
          applicationProperties: { kind: "dead-body" },
        };
        await outbox.deliver([message]);
        report("webhook.refused");
      },
    }),
    submitOrder: createSubmitOrder({
      store: submissions,
      enqueue: async (references) => {
        await enqueueOrKeep(references);
        report("api.accepted");
      },
      profile: config.orderProfile,
      now: clock.now,
      digest: sha256,
      guidFromName,
    }),
    findOrder: createFindOrder({ readOrder, store: submissions }),
    callerOf: createCallerOf({ easyAuth: config.WEBSITE_AUTH_ENABLED?.toLowerCase() === "true" }),
    relayOutbox: outbox.relay,
  };
}

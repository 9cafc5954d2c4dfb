import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createMessageSettler,
  type MessageHandler,
} from "../../../shared/adapters/messageSettler.ts";
import {
  createServiceBusSenders,
  type MessageSender,
} from "../../../shared/adapters/serviceBusSender.ts";
import { ParkError } from "../../../shared/errors.ts";
import { systemClock } from "../../../shared/patterns/clock.ts";
import { startSilent } from "../../support/loopback.ts";
import { recordingContext } from "../../support/recordingContext.ts";
import { startRelay } from "../../support/relay.ts";
import {
  emulatorConnectionString,
  startBroker,
  type TestBroker,
} from "../../support/startBroker.ts";

const QUEUE = "copies";

const limits = {
  baseDelayMs: 1,
  maxDelayMs: 1,
  maxAttempts: 3,
  parkDelayMs: 1,
  parkMaxAgeMs: 60_000,
  reconcileMaxAgeMs: 24 * 60 * 60 * 1_000,
};

let broker: TestBroker;
let client: ServiceBusClient;
let receiver: ServiceBusReceiver;
let sender: MessageSender;

const sendersOn = (connectionString: string, timeoutMs?: number) =>
  createServiceBusSenders({
    connection: { kind: "connectionString", connectionString },
    clock: systemClock,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });

beforeAll(async () => {
  const queue = {
    name: QUEUE,
    lockDurationMs: 30_000,
    maxDeliveryCount: 10,
    defaultMessageTimeToLiveMs: 3_600_000,
    duplicateDetectionWindowMs: 300_000,
    maxSizeBytes: 1_073_741_824,
    requiresSession: false,
    deadLetteringOnMessageExpiration: true,
    forwardTo: undefined,
    forwardDeadLetteredMessagesTo: undefined,
  };
  broker = await startBroker({ queues: [queue] });
  client = new ServiceBusClient(broker.connectionString);
  receiver = client.createReceiver(QUEUE, { skipParsingBodyAsJson: true });
  sender = sendersOn(broker.connectionString)(QUEUE);
});

beforeEach(async () => {
  await fetch(`${broker.adminUrl}/reset`, { method: "POST" });
});

afterAll(async () => {
  await client.close();
  await broker.stop();
});

async function next(waitMs = 5_000): Promise<ServiceBusReceivedMessage | undefined> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: waitMs });
  return message;
}

/** What the host says of a message: names in lower camel case. */
const metadataOf = (message: ServiceBusReceivedMessage) => ({
  messageId: message.messageId,
  sequenceNumber: Number(message.sequenceNumber),
  contentType: message.contentType,
  correlationId: message.correlationId,
  applicationProperties: message.applicationProperties,
  deliveryCount: (message.deliveryCount ?? 0) + 1,
});

/** Handles one message as a function would, and completes it as the host would. */
async function handle(handler: MessageHandler, message: ServiceBusReceivedMessage): Promise<void> {
  const settler = createMessageSettler({
    sender,
    deadLetter: async () => undefined,
    keepUncertain: async () => undefined,
    limits,
    clock: systemClock,
    random: Math.random,
  });
  await settler(handler)(message.body, recordingContext(metadataOf(message)).context);
}

const park = async () => {
  throw new ParkError("order-busy", "busy");
};

describe("copies of a message", () => {
  it("all arrive when one message is parked 50 times within the duplicate window", async () => {
    const body = Buffer.from('{"amount":1249.5000}');
    await sender.send({ body, messageId: "order" });

    const ids: unknown[] = [];
    for (let hop = 0; hop <= 50; hop++) {
      const message = await next();
      if (message === undefined) break;
      ids.push(message.messageId);
      if (hop < 50) await handle(park, message);
      await receiver.completeMessage(message);
    }

    expect(ids).toEqual(["order", ...Array.from({ length: 50 }, (_, hop) => `order~${hop + 1}`)]);
  });

  it("keep the bytes, the content type and the properties that the sender gave", async () => {
    const foreign = client.createSender(QUEUE);
    const body = Buffer.from('\uFEFF{"amount":1249.5000}');
    await foreign.sendMessages({
      body,
      messageId: "0f2b",
      contentType: "application/msbin1",
      correlationId: "c-1",
      applicationProperties: { tenantId: "t-1", depth: 2, attempt: 99 },
    });
    const first = await next();

    if (first !== undefined) await handle(park, first);
    const copy = await next();

    expect(copy).toMatchObject({
      body,
      messageId: "0f2b~1",
      contentType: "application/msbin1",
      correlationId: "c-1",
      applicationProperties: { tenantId: "t-1", depth: 2, attempt: 99 },
    });
  });

  it("arrive for each of two messages whose ids the host cannot tell apart", async () => {
    for (const messageId of ["123456789012345678901", "123456789012345678902"]) {
      await client.createSender(QUEUE).sendMessages({ body: { messageId }, messageId });
    }

    for (const _ of [1, 2]) {
      const message = await next();
      if (message === undefined) throw new Error("nothing arrived");
      await handle(park, { ...message, messageId: Number(message.messageId) });
      await receiver.completeMessage(message);
    }

    expect([await next(), await next()].map((copy) => copy !== undefined)).toEqual([true, true]);
  });

  it("are one when the worker died between scheduling and completing", async () => {
    await sender.send({ body: {}, messageId: "order" });
    const message = await next();
    if (message === undefined) throw new Error("nothing arrived");

    await handle(park, message);
    await handle(park, message);
    await receiver.completeMessage(message);

    expect((await next())?.messageId).toBe("order~1");
    expect(await next(300)).toBeUndefined();
  });
});

describe("a bus that stays silent", () => {
  it("is given up within the time limit, the client's own retries included", async () => {
    const silent = await startSilent();
    const bus = emulatorConnectionString(Number(new URL(silent.url).port));
    const began = performance.now();

    const sent = sendersOn(bus, 400)(QUEUE).send({ body: {}, messageId: "m" });

    await expect(sent).rejects.toThrow("did not accept within 400 ms");
    expect(performance.now() - began).toBeLessThan(2_000);
    await silent.stop();
  });
});

describe("a bus that is slow while its connection is opened", () => {
  it("is used again once it is quick, whatever was given up meanwhile", async () => {
    const [, port] = /:(\d+);/.exec(broker.connectionString) ?? [];
    const relay = await startRelay(Number(port));
    const slow = sendersOn(emulatorConnectionString(relay.port), 300)(QUEUE);
    const sendAll = (count: number) =>
      Promise.allSettled(
        Array.from({ length: count }, (_none, index) =>
          slow.send({ body: {}, messageId: `slow-${index}` }),
        ),
      );
    relay.hold();
    await sendAll(3);
    await sendAll(3);
    relay.goOn();

    await expect
      .poll(() => sendAll(3), { timeout: 5_000 })
      .toEqual([
        { status: "fulfilled", value: undefined },
        { status: "fulfilled", value: undefined },
        { status: "fulfilled", value: undefined },
      ]);
    await relay.close();
  });
});

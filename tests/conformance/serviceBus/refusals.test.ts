import { randomBytes } from "node:crypto";
import type { Connection } from "rhea";
import rhea, { type Typed } from "rhea";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BATCH_FORMAT } from "../../../local/amqp/codec/batch.ts";
import { rawClient, refusal, request, sendRaw } from "../amqp/rawClient.ts";
import { elsewhere, useQueue } from "./useQueue.ts";

const { types, message } = rhea;
const queue = "conformance";
const uuids = (count: number) =>
  types.wrap_array(
    Array.from({ length: count }, () => randomBytes(16)),
    0x98,
    undefined,
  );
const longs = (...values: number[]) => types.wrap_array(values, 0x81, undefined);

describe.skipIf(elsewhere)(
  "what a queue refuses, it refuses with the service's own condition:",
  () => {
    const { connectionString } = useQueue();
    let connection: Connection;
    beforeEach(async () => {
      connection = await rawClient(connectionString());
    });
    afterEach(() => connection.close());

    it.each<[string, string, Readonly<Record<string, Typed>> | string, number, string]>([
      ["an unknown operation", "com.microsoft:burn", {}, 501, "amqp:not-implemented"],
      [
        "a request that is no map",
        "com.microsoft:renew-lock",
        "x",
        400,
        "com.microsoft:argument-error",
      ],
      [
        "renewing without tokens",
        "com.microsoft:renew-lock",
        {},
        400,
        "com.microsoft:argument-error",
      ],
      [
        "renewing an unknown lock",
        "com.microsoft:renew-lock",
        { "lock-tokens": uuids(1) },
        410,
        "com.microsoft:message-lock-lost",
      ],
      [
        "settling an unknown lock",
        "com.microsoft:update-disposition",
        { "lock-tokens": uuids(1), "disposition-status": types.wrap_string("completed") },
        410,
        "com.microsoft:message-lock-lost",
      ],
      [
        "settling in an unknown way",
        "com.microsoft:update-disposition",
        { "lock-tokens": uuids(1), "disposition-status": types.wrap_string("burnt") },
        400,
        "com.microsoft:argument-error",
      ],
      [
        "cancelling what is not scheduled",
        "com.microsoft:cancel-scheduled-message",
        { "sequence-numbers": longs(77) },
        404,
        "com.microsoft:message-not-found",
      ],
      [
        "receiving what is not deferred",
        "com.microsoft:receive-by-sequence-number",
        { "sequence-numbers": longs(77), "receiver-settle-mode": types.wrap_uint(1) },
        404,
        "com.microsoft:message-not-found",
      ],
      [
        "session state",
        "com.microsoft:get-session-state",
        { "session-id": types.wrap_string("s") },
        501,
        "amqp:not-implemented",
      ],
    ])("%s", async (_what, operation, body, status, condition) => {
      const reply = await request(connection, `${queue}/$management`, operation, body);

      expect([reply.status, reply.condition]).toEqual([status, condition]);
    });

    it("scheduling into the dead-letter queue", async () => {
      const body = { messages: types.wrap_list([]) };

      const reply = await request(
        connection,
        `${queue}/$DeadLetterQueue/$management`,
        "com.microsoft:schedule-message",
        body,
      );

      expect([reply.status, reply.condition]).toEqual([400, "amqp:not-allowed"]);
    });

    it.each([
      ["sending to an unknown queue", "sender", "nowhere", "amqp:not-found"],
      ["receiving from an unknown queue", "receiver", "nowhere", "amqp:not-found"],
      [
        "sending to the dead-letter queue",
        "sender",
        `${queue}/$DeadLetterQueue`,
        "amqp:not-allowed",
      ],
      [
        "receiving from a queue that forwards",
        "receiver",
        "conformance-forwarding",
        "amqp:not-allowed",
      ],
    ] as const)("%s", async (_what, role, address, condition) => {
      const link =
        role === "sender" ? connection.open_sender(address) : connection.open_receiver(address);

      await expect(refusal(link)).resolves.toBe(condition);
    });

    it("a transaction: the link to a coordinator is not implemented", async () => {
      const link = connection.open_sender({ name: "controller" });
      // A coordinator is a target of a kind that rhea cannot make (AMQP 1.0 §4.5.1).
      const coordinator = types.described_nc(types.wrap_ulong(0x30), types.wrap_list([]));
      (link as unknown as { local: { attach: { target: unknown } } }).local.attach.target =
        coordinator;

      await expect(refusal(link)).resolves.toBe("amqp:not-implemented");
    });

    it("a message and a batch over 256 KB, and noise instead of a message", async () => {
      const large = message.encode({ body: Buffer.alloc(262_144) as never });
      const small = message.encode({ body: Buffer.alloc(140_000) as never });
      const batch = message.encode({ body: message.data_sections([small, small]) });

      const outcomes = [
        await sendRaw(connection, queue, large),
        await sendRaw(connection, queue, batch, BATCH_FORMAT),
        await sendRaw(connection, queue, Buffer.from("no message")),
      ];

      expect(outcomes).toEqual([
        { state: "rejected", condition: "amqp:link:message-size-exceeded" },
        { state: "rejected", condition: "amqp:link:message-size-exceeded" },
        { state: "rejected", condition: "amqp:decode-error" },
      ]);
    });
  },
);

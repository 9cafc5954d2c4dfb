import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import * as fc from "fast-check";
import rhea, { type Connection } from "rhea";
import { expect, it } from "vitest";
import { conversation } from "./anyFields.ts";
import { createRandom, type Random } from "./random.ts";
import { cutOff, rawSocket } from "./rawFrames.ts";
import { SERVED, useBrokerProcess } from "./useBrokerProcess.ts";

/** How long to fuzz; `FUZZ_MS=600000` for a night's worth, `FUZZ_SEED` for a run seen before. */
const durationMs = Number(process.env["FUZZ_MS"] ?? 4_000);
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 1_000_000_000);

/** Inputs between two looks at whether the broker still serves. */
const ROUND = 100;
const AT_ONCE = 10;
/** A broker that has not hung up by then takes the input for a part of something longer. */
const HANGS_UP_WITHIN_MS = 30;

const { amqpPort, adminUrl, serve } = useBrokerProcess();

it(
  `survives random, truncated and bit-flipped frames (seed ${seed})`,
  async () => {
    const frames = await recordFrames(amqpPort());
    const endsAt = Date.now() + durationMs;

    let round = 0;
    for (; Date.now() < endsAt; round += 1) {
      for (let first = 0; first < ROUND; first += AT_ONCE) {
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, index) =>
            send(amqpPort(), mutate(frames, createRandom(seed + round * ROUND + first + index))),
          ),
        );
      }
      expect([round, await serve()]).toEqual([round, SERVED]);
      await fetch(`${adminUrl()}/reset`, { method: "POST" });
    }

    expect(round).toBeGreaterThan(0);
  },
  durationMs + 60_000,
);

it(
  `survives values of any type in any field (seed ${seed})`,
  async () => {
    const endsAt = Date.now() + durationMs;

    let round = 0;
    for (; Date.now() < endsAt; round += 1) {
      const inputs = fc.sample(conversation, { numRuns: ROUND, seed: seed + round });
      for (let first = 0; first < ROUND; first += AT_ONCE) {
        await Promise.all(
          inputs.slice(first, first + AT_ONCE).map((input) => send(amqpPort(), input)),
        );
      }
      expect([round, await serve()]).toEqual([round, SERVED]);
      await fetch(`${adminUrl()}/reset`, { method: "POST" });
    }

    expect(round).toBeGreaterThan(0);
  },
  durationMs + 60_000,
);

async function send(port: number, input: Buffer): Promise<void> {
  const socket = rawSocket(port, input);
  const patience = setTimeout(() => socket.destroy(), HANGS_UP_WITHIN_MS);
  await cutOff(socket);
  clearTimeout(patience);
}

/** What goes wrong with a stream of frames: one to three of these. */
const mutations: readonly ((frames: Buffer[], random: Random) => void)[] = [
  (frames, random) => {
    // Bits flipped anywhere.
    for (let count = random.below(12) + 1; count > 0; count -= 1) {
      const frame = frames[random.below(frames.length)];
      if (frame?.length) {
        const at = random.below(frame.length);
        frame[at] = (frame[at] ?? 0) ^ (1 << random.below(8));
      }
    }
  },
  (frames, random) => {
    // A byte of one frame's performative set to one that means something.
    const frame = frames[random.below(frames.length)];
    const telling = [
      0, 0x40, 0x43, 0x45, 0x53, 0x70, 0x80, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0, 0xff,
    ];
    if (frame && frame.length > 8) {
      frame[8 + random.below(frame.length - 8)] = telling[random.below(telling.length)] ?? 0;
    }
  },
  (frames, random) => {
    // The stream ends early.
    const last = random.below(frames.length);
    const cut = frames[last];
    if (cut) frames.splice(last, frames.length, cut.subarray(0, random.below(cut.length + 1)));
  },
  (frames, random) => {
    // A frame is lost, repeated or out of order.
    const [frame] = frames.splice(random.below(frames.length), 1);
    if (!frame) return;
    for (let copies = random.below(3); copies > 0; copies -= 1) {
      frames.splice(random.below(frames.length + 1), 0, Buffer.from(frame));
    }
  },
  (frames, random) => {
    // A frame says another size or channel.
    const frame = frames[random.below(frames.length)];
    if (frame && frame.length >= 8) {
      if (random.below(2)) frame.writeUInt32BE(random.below(70_000), 0);
      else frame.writeUInt16BE(random.below(3), 6);
    }
  },
  (frames, random) => {
    // Noise, as a frame or as it is.
    const noise = Buffer.from(
      Array.from({ length: random.below(200) + 8 }, () => random.below(256)),
    );
    if (random.below(2)) {
      noise.writeUInt32BE(noise.length, 0);
      noise.writeUInt32BE(0x02000000, 4);
    }
    frames.splice(random.below(frames.length + 1), 0, noise);
  },
];

function mutate(recorded: readonly Buffer[], random: Random): Buffer {
  const frames = recorded.map((frame) => Buffer.from(frame));
  for (let count = random.below(3) + 1; count > 0 && frames.length > 0; count -= 1) {
    mutations[random.below(mutations.length)]?.(frames, random);
  }
  return Buffer.concat(frames);
}

/** The protocol header and frames of a client that does a bit of everything, its messages dying by every way. */
async function recordFrames(port: number): Promise<Buffer[]> {
  const sent: Buffer[] = [];
  const relay = createServer((client) => {
    const broker = connect(port, "127.0.0.1");
    client.on("data", (chunk: Buffer) => sent.push(chunk));
    client.on("error", () => {});
    broker.on("error", () => {});
    client.pipe(broker).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(relay, "listening");

  const { port: relayPort } = relay.address() as AddressInfo;
  const connection = rhea
    .create_container()
    .connect({ port: relayPort, host: "127.0.0.1", reconnect: false });
  await aBitOfEverything(connection);
  relay.close();

  const stream = Buffer.concat(sent);
  const frames = [stream.subarray(0, 8)];
  for (let offset = 8; offset + 4 <= stream.length; ) {
    const size = stream.readUInt32BE(offset);
    frames.push(stream.subarray(offset, offset + size));
    offset += size;
  }
  return frames;
}

async function aBitOfEverything(connection: Connection): Promise<void> {
  const queue = connection.open_sender("conformance-dying");
  await once(queue, "sendable");
  queue.send({
    body: "one",
    message_id: "m",
    priority: 4,
    message_annotations: { "x-opt-partition-key": "k" },
    application_properties: { count: 1 },
  });
  queue.send({ body: rhea.message.data_section(Buffer.alloc(500)), ttl: 500 });
  queue.send({ body: "short-lived", ttl: 1, application_properties: { count: 2 } });
  await once(queue, "accepted");

  const receiver = connection.open_receiver({
    source: { address: "conformance-dying" },
    rcv_settle_mode: 1,
    autoaccept: false,
    credit_window: 0,
  });
  receiver.add_credit(2);
  const [{ delivery }] = (await once(receiver, "message")) as [{ delivery: rhea.Delivery }];
  // MaxDeliveryCount 1: to the dead letters, with a property and a reason more.
  delivery.modified({ delivery_failed: true, message_annotations: { why: "not" } });

  const replies = connection.open_receiver({
    source: { address: "conformance/$management" },
    target: { address: "replies" },
  });
  const requests = connection.open_sender("conformance/$management");
  await once(requests, "sendable");
  requests.send({
    application_properties: { operation: "com.microsoft:peek-message" },
    reply_to: "replies",
    message_id: "request1",
    body: rhea.types.wrap_map({
      "from-sequence-number": rhea.types.wrap_long(0),
      "message-count": rhea.types.wrap_int(1),
    }),
  });
  await once(replies, "message");

  const events = connection.open_sender("telemetry/Partitions/0");
  await once(events, "sendable");
  events.send({ body: "event", message_annotations: { "x-opt-partition-key": "k" } });
  await once(events, "accepted");
  const reader = connection.open_receiver("telemetry/ConsumerGroups/$Default/Partitions/0");
  await once(reader, "message");

  receiver.close();
  await once(receiver, "receiver_close");
  connection.close();
  await once(connection, "connection_close");
}

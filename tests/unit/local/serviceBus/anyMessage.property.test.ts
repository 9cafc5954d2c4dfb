import * as fc from "fast-check";
import rhea, { type Typed } from "rhea";
import { expect, it } from "vitest";
import { AmqpError } from "../../../../local/amqp/amqpError.ts";
import { encodeTyped } from "../../../../local/amqp/codec/encodeTyped.ts";
import { splitSections } from "../../../../local/amqp/codec/sections.ts";
import type { Outcome, OutgoingLink } from "../../../../local/amqp/node.ts";
import { createServiceBus } from "../../../../local/serviceBus/emulator.ts";
import { createQueueStores } from "../../../../local/serviceBus/queueStore.ts";
import { aQueue } from "../../../support/aQueue.ts";
import { copyOf, createMemoryFiles, type MemoryFiles } from "../../../support/memoryFiles.ts";
import { typedValue } from "../../../support/typedValue.ts";

const { types } = rhea;
const LOCK_MS = 1_000;

const info = {
  name: "link",
  address: "orders",
  peerAddress: undefined,
  connection: { id: 1, containerId: "" },
  properties: {},
  filters: {},
  desiredCapabilities: [],
  close: () => {},
  sessionId: 1,
};

/** A bus of one queue and its dead letters, that can be killed and started again. */
function aBus() {
  const faults: unknown[] = [];
  const clock = { now: 1_700_000_000_000 };
  const start = (files: MemoryFiles) => {
    const stores = createQueueStores({
      path: "queues.journal",
      files,
      sync: false,
      commits: { add: (changed) => void changed.commit(), commit: () => {}, close: () => {} },
      log: (...fault) => faults.push(fault),
    });
    const bus = createServiceBus({
      queues: [
        aQueue("orders", {
          lockDurationMs: LOCK_MS,
          maxDeliveryCount: 3,
          deadLetteringOnMessageExpiration: true,
        }),
        aQueue("archive", { forwardTo: "orders" }),
      ],
      now: () => clock.now,
      stores,
      log: (...fault) => faults.push(fault),
    });
    return { bus, files };
  };
  let running = start(createMemoryFiles());

  /** Settles what the queue has with one outcome a message; answers the messages as they went out. */
  const receive = (path: string, outcomes: readonly Outcome[]): readonly Buffer[] => {
    const sent: Buffer[] = [];
    const verdicts: (() => unknown)[] = [];
    const link: OutgoingLink = {
      ...info,
      presettled: false,
      credit: () => outcomes.length - sent.length,
      send: (payload, _tag, onOutcome) => {
        const outcome = outcomes[sent.length];
        sent.push(payload);
        if (outcome) verdicts.push(() => onOutcome?.(outcome));
      },
    };
    const handler = running.bus.resolve(path)?.openOutgoing?.(link);
    if (!handler || handler instanceof Promise) throw new Error(`${path} gives nothing`);
    handler.onCredit();
    handler.onClose?.();
    for (const verdict of verdicts) verdict();
    return sent;
  };

  return {
    faults,
    receive,
    /** Whether the queue took it. */
    submit: (path: string, encoded: Buffer) => {
      const handler = running.bus.resolve(path)?.openIncoming?.(info);
      if (!handler || handler instanceof Promise) throw new Error(`${path} takes nothing`);
      try {
        void handler.onTransfer(encoded, 0); // at once, without a promise
        return true;
      } catch (error) {
        if (error instanceof AmqpError && error.condition === "amqp:decode-error") return false;
        throw error;
      }
    },
    pass: (ms: number) => {
      clock.now += ms;
      for (const path of ["archive", "orders"]) running.bus.find(path)?.queue.sweep();
    },
    restart: () => {
      running.bus.close();
      running = start(copyOf(running.files));
    },
    close: () => running.bus.close(),
  };
}

const section = (code: number, value: Typed) =>
  encodeTyped(types.described_nc(types.wrap_ulong(code), value));
const listOf = (...items: readonly fc.Arbitrary<Typed>[]) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.tuple(...items).map((values) => types.wrap_list(values)) },
    { weight: 1, arbitrary: typedValue },
  );
const mapOf = (...keys: readonly string[]) =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .subarray([...keys])
        .chain((chosen) =>
          fc.tuple(
            ...chosen.map((key) => typedValue.map((value): [string, Typed] => [key, value])),
          ),
        )
        .map((pairs) => types.wrap_symbolic_map(Object.fromEntries(pairs))),
    },
    { weight: 1, arbitrary: typedValue },
  );

const message = fc
  .record({
    header: fc.option(listOf(typedValue, typedValue, typedValue, typedValue, typedValue)),
    annotations: fc.option(
      mapOf("x-opt-scheduled-enqueue-time", "x-opt-partition-key", "x-opt-sequence-number", "mine"),
    ),
    properties: fc.option(listOf(...Array.from({ length: 13 }, () => typedValue))),
    applicationProperties: fc.option(mapOf("a", "DeadLetterReason")),
    body: typedValue,
    order: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
  })
  .map(({ header, annotations, properties, applicationProperties, body, order }) => {
    const sections = [
      ...(header ? [section(0x70, header)] : []),
      ...(annotations ? [section(0x72, annotations)] : []),
      ...(properties ? [section(0x73, properties)] : []),
      ...(applicationProperties ? [section(0x74, applicationProperties)] : []),
      section(0x77, body),
    ];
    return Buffer.concat(order ? sections.toReversed() : sections);
  });

/** A message, some with a byte of another value. */
const bytes = fc.oneof(
  message,
  fc
    .tuple(message, fc.nat(), fc.constantFrom(0, 0x40, 0x45, 0xa1, 0xc0, 0xc1, 0xd1, 0xf0, 0xff))
    .map(([encoded, at, byte]) => {
      const broken = Buffer.from(encoded);
      broken[at % broken.length] = byte;
      return broken;
    }),
);

const abandon = (value: Typed): Outcome => ({
  kind: "modified",
  deliveryFailed: true,
  undeliverableHere: false,
  annotations: [types.wrap_symbol("why"), value],
});

it("whatever a message says, it is refused at the door or lives through all that can happen to it", () => {
  let handedOut = 0;
  fc.assert(
    fc.property(bytes, typedValue, (encoded, given) => {
      const bus = aBus();
      if (!bus.submit("orders", encoded)) return;
      bus.submit("archive", encoded);

      const delivered = [
        ...bus.receive("orders", [abandon(given)]),
        ...(bus.restart(), bus.receive("orders", [abandon(given)])),
        ...(bus.pass(LOCK_MS), bus.receive("orders", [{ kind: "released" }])),
        ...bus.receive("orders", [
          { kind: "rejected", condition: undefined, info: [types.wrap_symbol("mine"), given] },
        ]),
        ...(bus.pass(2 ** 45), bus.restart(), bus.pass(2 ** 45), []),
        ...bus.receive("orders/$DeadLetterQueue", [{ kind: "accepted" }, { kind: "accepted" }]),
      ];

      for (const one of delivered) {
        // The body goes through as it is, and is the receiver's affair.
        const { body } = splitSections(one);
        rhea.message.decode(one.subarray(0, one.length - body.length));
      }
      handedOut += delivered.length;
      expect(bus.faults).toEqual([]);
      bus.close();
    }),
    { numRuns: 100 },
  );

  expect(handedOut).toBeGreaterThan(0);
});

import rhea from "rhea";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AmqpError } from "../../../../local/amqp/amqpError.ts";
import type { IncomingLink, OutgoingLink } from "../../../../local/amqp/node.ts";
import { createEventHubs } from "../../../../local/eventHubs/emulator.ts";

const event = (body: string) => rhea.message.encode({ body });

/** A hub with two partitions and the group `watch`, and links to it that need no network. */
function aHub() {
  const logged: string[] = [];
  const clock = { now: 1_000 };
  const hubs = createEventHubs({
    hubs: [{ name: "Telemetry", partitionCount: 2, consumerGroups: ["$Default", "watch"] }],
    now: () => clock.now,
    retention: { maxAgeMs: 10_000 },
    log: (name) => logged.push(name),
  });
  const info = (address: string) => ({
    name: "link",
    address,
    peerAddress: undefined,
    connection: { id: 1, containerId: "c" },
    properties: {},
    filters: {},
    desiredCapabilities: [],
    sessionId: 1,
    close: () => {},
  });

  const send = async (address: string, payload: Buffer, link: Partial<IncomingLink> = {}) => {
    const handler = await hubs.resolve(address)?.openIncoming?.({ ...info(address), ...link });
    await handler?.onTransfer(payload, 0);
  };
  /** A reader that is given credit by the test and notes the bodies that it gets. */
  const read = async (address: string, link: Partial<OutgoingLink> = {}) => {
    const bodies: unknown[] = [];
    const reader = { credit: 0, bodies };
    const handler = await hubs.resolve(address)?.openOutgoing?.({
      ...info(address),
      presettled: true,
      credit: () => reader.credit,
      send: (payload) => {
        reader.credit -= 1;
        bodies.push(rhea.message.decode(payload)["body"]);
      },
      ...link,
    });
    const grant = (credit: number) => {
      reader.credit = credit;
      handler?.onCredit();
    };
    return { bodies, grant, close: () => handler?.onClose?.() };
  };
  return { hubs, clock, send, read, logged };
}

const inGroup = "telemetry/ConsumerGroups/WATCH/Partitions/0";
const from = (selector: string) => ({
  filters: { "apache.org:selector-filter:string": `amqp.annotation.${selector}` },
});

describe("createEventHubs", () => {
  it("delivers as much as a reader's credit allows, at once or when events come", async () => {
    const { send, read } = aHub();
    await send("telemetry/Partitions/0", event("a"));
    await send("telemetry/Partitions/0", event("b"));
    const reader = await read(inGroup);

    const before = [...reader.bodies];
    reader.grant(1);
    const withOne = [...reader.bodies];
    reader.grant(2);
    await send("telemetry/Partitions/0", event("c"));
    await send("telemetry/Partitions/0", event("d"));

    expect(before).toEqual([]);
    expect(withOne).toEqual(["a"]);
    expect(reader.bodies).toEqual(["a", "b", "c"]);
  });

  it("delivers nothing any more to a reader that is gone", async () => {
    const { send, read } = aHub();
    const reader = await read(inGroup);
    reader.grant(10);

    reader.close();
    await send("telemetry/Partitions/0", event("a"));

    expect(reader.bodies).toEqual([]);
  });

  it("lets others have their turn while it delivers thousands", async () => {
    const { send, read } = aHub();
    for (let n = 0; n < 1_200; n += 1) await send("telemetry/Partitions/0", event("e"));
    const reader = await read(inGroup);

    reader.grant(2_000);
    const atOnce = reader.bodies.length;

    expect(atOnce).toBeLessThan(1_200);
    await expect.poll(() => reader.bodies.length).toBe(1_200);
  });

  it("goes on with its numbers after a reset, and with the readers that were attached before", async () => {
    const { hubs, send, read } = aHub();
    await send("telemetry/Partitions/0", event("before"));
    const reader = await read(inGroup);
    reader.grant(10);

    hubs.reset();
    await send("telemetry/Partitions/0", event("after"));

    expect(reader.bodies).toEqual(["before", "after"]);
    expect(hubs.entities()).toEqual([
      {
        name: "Telemetry",
        partitions: [
          { id: "0", beginningSequenceNumber: 1, lastSequenceNumber: 1 },
          { id: "1", beginningSequenceNumber: 0, lastSequenceNumber: -1 },
        ],
      },
    ]);
  });

  it("takes a checkpoint of a former life for the end of the log, and says so", async () => {
    const { send, read, logged } = aHub();
    await send("telemetry/Partitions/0", event("old"));
    const reader = await read(inGroup, from("x-opt-sequence-number > '71181'"));
    reader.grant(10);

    await send("telemetry/Partitions/0", event("new"));

    expect(reader.bodies).toEqual(["new"]);
    expect(logged).toEqual(["reader starts beyond the end"]);
  });

  it("understands a selector without quotes", async () => {
    const { send, read } = aHub();
    for (const body of ["a", "b"]) await send("telemetry/Partitions/0", event(body));
    const reader = await read(inGroup, from("x-opt-sequence-number > 0"));

    reader.grant(10);

    expect(reader.bodies).toEqual(["b"]);
  });

  it.each([
    [
      "a selector that is no position",
      inGroup,
      from("x-opt-offset > 'x'"),
      "com.microsoft:argument-error",
    ],
    [
      "a partition that does not exist",
      "telemetry/ConsumerGroups/watch/Partitions/2",
      {},
      "com.microsoft:argument-out-of-range",
    ],
    ["an empty partition id", "telemetry/ConsumerGroups/watch/Partitions", {}, "amqp:not-allowed"],
  ])("refuses a reader of %s", async (_, address, link, condition) => {
    const { read } = aHub();

    const reading = read(address, link);

    await expect(reading).rejects.toMatchObject({ condition });
  });

  it.each([
    [
      "of an unknown partition",
      "telemetry/Partitions/9",
      {},
      "com.microsoft:argument-out-of-range",
    ],
    [
      "that wants to be idempotent without naming a partition",
      "telemetry",
      { desiredCapabilities: ["com.microsoft:idempotent-producer"] },
      "amqp:not-allowed",
    ],
  ])("refuses a sender %s", async (_, address, link, condition) => {
    const { send } = aHub();

    const sending = send(address, event("x"), link);

    await expect(sending).rejects.toMatchObject({ condition });
  });

  it("refuses a message over 1 MB", async () => {
    const { send } = aHub();

    const sending = send("telemetry", Buffer.alloc(1_048_577));

    await expect(sending).rejects.toMatchObject({ condition: "amqp:link:message-size-exceeded" });
  });

  it.each([
    "other",
    "other/Partitions/0",
    "telemetry/ConsumerGroups/other/Partitions/0",
    "telemetry/x",
  ])("does not know %s", (address) => {
    const { hubs } = aHub();

    expect(hubs.resolve(address)).toBeUndefined();
  });

  it.each([
    ["an operation it does not have", { operation: "WRITE" }, "amqp:not-implemented"],
    [
      "a type it does not have",
      { properties: { name: "telemetry", type: "x" } },
      "amqp:not-implemented",
    ],
    ["a hub it does not have", { properties: { name: "x" } }, "amqp:not-found"],
  ])("refuses a management request for %s", (_, request, condition) => {
    const { hubs } = aHub();
    const answer = hubs.resolve("$management")?.answer;
    const connection = { id: 1, containerId: "c" };

    const asking = () =>
      answer?.({
        operation: "READ",
        properties: {},
        fields: new Map(),
        body: undefined,
        connection,
        ...request,
      });

    expect(asking).toThrow(AmqpError);
    expect(asking).toThrow(expect.objectContaining({ condition }) as Error);
  });
});

describe("a hub that nobody sends to", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("drops within a minute what has reached its age, until it is closed", async () => {
    const { hubs, clock, send, read } = aHub();
    await send("telemetry/Partitions/0", event("old"));
    clock.now += 5_000;
    await send("telemetry/Partitions/0", event("young"));

    clock.now += 5_001;
    vi.advanceTimersByTime(60_000);

    const reader = await read(inGroup);
    reader.grant(10);
    expect(reader.bodies).toEqual(["young"]);
    hubs.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

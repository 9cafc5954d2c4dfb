import { once } from "node:events";
import { readFileSync } from "node:fs";
import rhea, { type Receiver } from "rhea";
import { describe, expect, it } from "vitest";
import { entityCounts } from "./entityCounts.ts";
import { fillQueue } from "./fillQueue.ts";
import {
  amqpHeader,
  attach,
  begin,
  cutOff,
  end,
  flow,
  frame,
  open,
  rawFrame,
  rawSocket,
  transfer,
} from "./rawFrames.ts";
import { SERVED, useBrokerProcess } from "./useBrokerProcess.ts";

const { types } = rhea;
const uint = (value: number) => types.wrap_uint(value);
const valueOf = (text: string) =>
  Buffer.concat([Buffer.from([0, 0x53, 0x77, 0xa1, text.length]), Buffer.from(text)]);

describe("a client that breaks the protocol is cut off", () => {
  const { amqpPort } = useBrokerProcess();

  const start = (...more: readonly Buffer[]) =>
    rawSocket(amqpPort(), amqpHeader, open(), begin(), ...more);

  it.each<[string, () => readonly Buffer[]]>([
    ["a frame larger than offered", () => [Buffer.from("00020000020000", "hex")]],
    ["a frame smaller than its header", () => [Buffer.from("0000000702000000", "hex")]],
    [
      "an array of four billion nulls",
      () => [rawFrame(Buffer.from("005311f00000000600ffffffff40", "hex"))],
    ],
    [
      "a list of thirty million items",
      () => [rawFrame(Buffer.from("005311d00000000401c9c380", "hex"))],
    ],
    [
      "a bomb hidden behind a list's end",
      () => [rawFrame(Buffer.from("005311c01302c00d00f000000006ffffffff40404040404040", "hex"))],
    ],
    ["descriptors without end", () => [rawFrame(Buffer.alloc(60_000))]],
    ["a second open", () => [open()]],
    ["a second begin on one channel", () => [begin()]],
    ["a transfer without a link", () => [transfer(0, valueOf("x"))]],
    ["a flow of a link that is not there", () => [flow(1, 7)]],
  ])("after %s", async (_what, more) => {
    await expect(cutOff(start(...more()))).resolves.toBeUndefined();
  });

  it.each([
    ["of nothing", uint(1)],
    ["that is a list", types.wrap_list([uint(65_536)])],
  ])("after a max-frame-size %s", async (_what, maxFrameSize) => {
    const socket = rawSocket(amqpPort(), amqpHeader, open([maxFrameSize]));

    await expect(cutOff(socket)).resolves.toBeUndefined();
  });

  it("after a message without end", async () => {
    const socket = start(attach("sender", "conformance"));
    const part = transfer(0, Buffer.alloc(60_000), true);
    const writing = setInterval(() => {
      for (let count = 0; count < 20; count += 1) socket.write(part);
    }, 1);

    await cutOff(socket);

    clearInterval(writing);
    expect(socket.bytesWritten).toBeLessThan(200 * 1_024 * 1_024);
  });

  it("after links without end, however many sessions they are in", async () => {
    const socket = rawSocket(amqpPort(), amqpHeader, open());
    for (let channel = 0; channel < 60; channel += 1) {
      socket.write(begin(channel));
      for (let handle = 0; handle < 100; handle += 1) {
        socket.write(attach("receiver", "conformance", handle, "link", channel));
      }
    }

    await expect(cutOff(socket)).resolves.toBeUndefined();
  });

  it("after sessions or links without end", async () => {
    const sessions = rawSocket(amqpPort(), amqpHeader, open());
    for (let channel = 0; channel < 9_000; channel += 1) sessions.write(begin(channel));
    const links = start();
    for (let handle = 0; handle < 1_100; handle += 1) {
      links.write(attach("sender", "conformance", handle));
    }

    await expect(Promise.all([cutOff(sessions), cutOff(links)])).resolves.toBeDefined();
  });
});

describe("a client that is bad company", () => {
  const { amqpPort, adminUrl, pid, serve } = useBrokerProcess();

  const start = (...more: readonly Buffer[]) =>
    rawSocket(amqpPort(), amqpHeader, open(), begin(), ...more);

  it("floods: whoever sends an honest message is served meanwhile", async () => {
    const socket = start(attach("sender", "conformance"));
    const flood = Array.from({ length: 20_000 }, (_, id) => transfer(id, valueOf("x")));
    socket.write(Buffer.concat(flood));
    socket.resume();

    expect(await serve()).toBe(SERVED);

    socket.destroy();
  });

  it("is in a hurry: ends a session and begins another on its channel in one go", async () => {
    const socket = start(
      Buffer.concat([end(), begin(), attach("sender", "conformance"), transfer(0, valueOf("x"))]),
    );
    socket.resume();

    await expect.poll(() => entityCounts(adminUrl(), "conformance")).toMatchObject({ active: 1 });

    expect(socket.closed).toBe(false);
    socket.destroy();
  });

  it("gives no credit, and gets nothing", async () => {
    const socket = start(attach("receiver", "conformance"));
    socket.resume();

    expect(await serve()).toBe(SERVED);

    expect(socket.closed).toBe(false);
    socket.destroy();
  });

  it("attaches as nobody can be answered, and takes up no reader's place once it is gone", async () => {
    const address = "telemetry/ConsumerGroups/$Default/Partitions/0";
    const source = types.described_nc(
      types.wrap_ulong(0x28),
      types.wrap_list([types.wrap_string(address)]),
    );
    const settleModes = types.wrap_array([Buffer.of(1), Buffer.of(2)], 0xa0, undefined);
    const attachOddly = frame("attach", [
      types.wrap_string("odd"),
      uint(0),
      types.wrap_boolean(true),
      settleModes,
      types.wrap(null),
      source,
    ]);
    for (let reader = 1; reader <= 5; reader += 1) {
      const socket = start(attachOddly);
      await once(socket, "data"); // our open
      socket.destroy();
    }

    const honest = async () => {
      const connection = rhea.create_container().connect({ port: amqpPort(), reconnect: false });
      connection.open_receiver({ source: address });
      const refused = once(connection, "receiver_error").then(() => "refused");
      const opened = once(connection, "receiver_open").then(([{ receiver }]) =>
        (receiver as Receiver).source?.address === address ? "reads" : refused,
      );
      const outcome = await Promise.race([opened, refused]);
      connection.close();
      return outcome;
    };
    await expect.poll(honest, { timeout: 5_000 }).toBe("reads");
  });

  it("asks to hear at once and all the time that we are alive", async () => {
    const socket = rawSocket(amqpPort(), amqpHeader, open([uint(65_536), uint(100), uint(1)]));
    let frames = 0;
    socket.on("data", () => (frames += 1));
    expect(await serve()).toBe(SERVED);

    expect(frames).toBeLessThan(20);
    socket.destroy();
  });

  it("settles ranges of what it never got", async () => {
    const socket = start(attach("receiver", "conformance"), flow(1));
    const all = frame("disposition", [
      types.wrap_boolean(true),
      uint(0),
      uint(0xffff_ffff),
      types.wrap_boolean(true),
    ]);
    const others = frame("disposition", [types.wrap_boolean(false), uint(0), uint(0xffff_ffff)]);
    for (let count = 0; count < 1_000; count += 1) socket.write(Buffer.concat([all, others]));
    socket.resume();

    expect(await serve()).toBe(SERVED);

    expect(socket.closed).toBe(false);
    socket.destroy();
  });

  it("takes thousands of messages and settles none: others get what is left", async () => {
    await fillQueue(amqpPort(), "conformance", 2_000);
    const socket = start(attach("receiver", "conformance"), flow(1_500));
    socket.resume();

    await expect
      .poll(() => entityCounts(adminUrl(), "conformance"))
      .toMatchObject({ locked: 1_500 });

    expect(await entityCounts(adminUrl(), "conformance")).toMatchObject({ active: 500 });
    socket.destroy();
  });

  it("reads nothing: what waits for it stays bounded", async () => {
    const count = 1_500;
    await fillQueue(amqpPort(), "conformance-short-lock", count, 60_000);
    const before = residentBytes(pid());
    const socket = start(attach("receiver", "conformance-short-lock"), flow(0x7fff_ffff));
    await once(socket, "connect");
    socket.pause();

    expect(await serve()).toBe(SERVED);
    const { locked } = await entityCounts(adminUrl(), "conformance-short-lock");

    // 1,500 messages of 60 KB are 90 MB; the kernel's buffers and ours hold a part.
    expect(locked).toBeLessThan(count / 2);
    expect(residentBytes(pid()) - before).toBeLessThan(64 * 1_024 * 1_024);
    socket.destroy();
  });

  it("asks and gives its replies no credit: what waits for it stays bounded", async () => {
    const requests = 300;
    await fillQueue(amqpPort(), "conformance", 17, 60_000);
    const before = residentBytes(pid());
    const peek = rhea.message.encode({
      application_properties: { operation: "com.microsoft:peek-message" },
      body: types.wrap_map({ "from-sequence-number": uint(0), "message-count": uint(17) }),
    });
    const socket = start(
      attach("sender", "conformance/$management"),
      attach("receiver", "conformance/$management", 1),
      ...Array.from({ length: requests }, (_, id) => transfer(id, peek)),
    );
    socket.resume();

    await expect.poll(() => peeked(adminUrl(), "conformance")).toBeGreaterThan(17 * 50);
    expect(await serve()).toBe(SERVED);

    // 300 replies of a megabyte each.
    expect(residentBytes(pid()) - before).toBeLessThan(250 * 1_024 * 1_024);
    socket.destroy();
  });

  it("opens and drops, by hundreds", async () => {
    const sockets = Array.from({ length: 500 }, (_, n) =>
      n % 2 ? start(attach("receiver", "conformance")) : rawSocket(amqpPort(), amqpHeader),
    );
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    for (const socket of sockets) socket.resetAndDestroy();

    expect(await serve()).toBe(SERVED);
  });
});

async function peeked(adminUrl: string, queue: string): Promise<number | undefined> {
  const { queues } = (await (await fetch(`${adminUrl}/operations`)).json()) as {
    queues: { readonly name: string; readonly peeked: number }[];
  };
  return queues.find(({ name }) => name === queue)?.peeked;
}

/** Resident memory of a process; 0 where the system does not tell this way. */
function residentBytes(pid: number): number {
  try {
    const [, pages = "0"] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
    return Number(pages) * 4_096;
  } catch {
    return 0;
  }
}

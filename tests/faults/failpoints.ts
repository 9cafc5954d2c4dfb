import { subscribe } from "node:diagnostics_channel";
import { readFileSync, renameSync } from "node:fs";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { type Failure, type Point, type PointName, points } from "./points.ts";

/*
 * Loaded into a host process before anything else (`node --import`): ends or stops the process at a named point of its
 * work. It sees the process's borders only, through Node's own diagnostics channels and the bytes of its sockets to the
 * bus, so the app knows nothing of it. What is to happen stands in the file that the `armed` parameter of this module's
 * URL names; who gets to rename it is the one that it happens to.
 */
const armed = new URL(import.meta.url).searchParams.get("armed");
const file = armed === null ? undefined : fileURLToPath(armed);
const passed = new Map<string, number>();

const SIGNALS = { kill: "SIGKILL", stop: "SIGSTOP" } as const;

function passing(names: readonly PointName[]): void {
  if (file === undefined || names.length === 0) return;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return; // nothing is armed
  }
  const { point, nth, action } = JSON.parse(text) as Failure;
  if (!names.includes(point)) return;
  const count = (passed.get(text) ?? 0) + 1;
  passed.set(text, count);
  if (count < nth) return;
  try {
    renameSync(file, `${file}.${process.pid}`);
  } catch {
    return; // another process was first
  }
  process.kill(process.pid, SIGNALS[action]);
}

const named = Object.entries(points) as [PointName, Point][];

/** Calls of one kind, as Node's and undici's channels tell of them. */
function follow(channel: string, over: "http" | "fetch", when: "starting" | "answered"): void {
  const candidates = named.flatMap(([name, point]) =>
    point.over === over && point.when === when ? [{ name, ...point }] : [],
  );
  subscribe(channel, (message) => {
    const { method, path } = (message as Called).request;
    const met = candidates.filter((point) => point.method === method && point.path.test(path));
    passing(met.map(({ name }) => name));
  });
}

type Called = { readonly request: Pick<ClientRequest, "method" | "path"> };

follow("http.client.request.start", "http", "starting");
follow("http.client.response.finish", "http", "answered");
follow("undici:request:headers", "fetch", "answered");

/** AMQP 1.0 §2.7: small-ulong descriptors of the performatives. */
const PERFORMATIVES = {
  transfer: Buffer.from([0x00, 0x53, 0x14]),
  disposition: Buffer.from([0x00, 0x53, 0x15]),
} as const;

const sends = named.flatMap(([name, point]) => (point.over === "bus" ? [{ name, ...point }] : []));

subscribe("net.client.socket", (message) => {
  const { socket } = message as { readonly socket: Socket };
  // Connecting gives a socket its own `write` back.
  socket.prependOnceListener("connect", () => watch(socket));
});

function watch(socket: Socket): void {
  const awaited: (typeof sends)[number][] = [];
  let isBus = false;
  const listen = () => {
    isBus = true;
    // Ours comes first: what it ends on, the app never gets to see.
    socket.prependListener("data", (chunk: Buffer) => {
      const answers = awaited.filter(({ answer }) => chunk.includes(PERFORMATIVES[answer]));
      for (const answer of answers) awaited.splice(awaited.indexOf(answer), 1);
      for (const { name } of answers) passing([name]);
    });
  };
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    const [chunk] = given;
    if (chunk instanceof Uint8Array) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (!isBus && bytes.subarray(0, 4).toString() === "AMQP") listen();
      const matching = isBus ? sends.filter(({ sent }) => bytes.includes(sent)) : [];
      // A copy to schedule holds the message that it is a copy of.
      const schedules = matching.filter(({ answer }) => answer === "transfer");
      awaited.push(...(schedules.length > 0 ? schedules : matching));
    }
    return write(...given);
  };
}

import { connect, type Socket } from "node:net";
import rhea, { type Typed } from "rhea";
import { encodeTyped } from "../../../local/amqp/codec/encodeTyped.ts";

const { types } = rhea;

export const amqpHeader = Buffer.from("414d515000010000", "hex");

/** Descriptors of AMQP 1.0 §2.7. */
export const codes = {
  open: 0x10,
  begin: 0x11,
  attach: 0x12,
  flow: 0x13,
  transfer: 0x14,
  disposition: 0x15,
  detach: 0x16,
  end: 0x17,
} as const;

/** A frame with one performative, its fields in the order of the standard. */
export function frame(
  name: keyof typeof codes,
  fields: readonly Typed[],
  payload: Buffer = Buffer.alloc(0),
  channel = 0,
): Buffer {
  const list = types.described_nc(types.wrap_ulong(codes[name]), types.wrap_list([...fields]));
  return rawFrame(Buffer.concat([encodeTyped(list), payload]), channel);
}

/** A frame with these bytes as its body. */
export function rawFrame(body: Buffer, channel = 0): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 2, 0, 0, 0]);
  header.writeUInt32BE(header.length + body.length);
  header.writeUInt16BE(channel, 6);
  return Buffer.concat([header, body]);
}

const nothing = types.wrap(null);
const uint = (value: number) => types.wrap_uint(value);
const terminus = (code: number, address: string) =>
  types.described_nc(types.wrap_ulong(code), types.wrap_list([types.wrap_string(address)]));

export const open = (fields: readonly Typed[] = []) =>
  frame("open", [types.wrap_string("raw"), types.wrap_string("localhost"), ...fields]);
export const begin = (channel = 0) =>
  frame("begin", [nothing, uint(0), uint(2_048), uint(2_048)], undefined, channel);

export const end = () => frame("end", []);

/** The peer's attach: it sends to the address, or receives from it. */
export const attach = (
  role: "sender" | "receiver",
  address: string,
  handle = 0,
  name = "link",
  channel = 0,
) =>
  frame(
    "attach",
    [
      types.wrap_string(`${name}-${handle}`),
      uint(handle),
      types.wrap_boolean(role === "receiver"),
      nothing,
      nothing,
      terminus(0x28, address),
      terminus(0x29, address),
      nothing,
      nothing,
      uint(0),
    ],
    undefined,
    channel,
  );

/** The link's end, for good. */
export const detach = (handle = 0) => frame("detach", [uint(handle), types.wrap_boolean(true)]);

export const transfer = (id: number, payload: Buffer, more = false, handle = 0) =>
  frame(
    "transfer",
    [
      uint(handle),
      uint(id),
      types.wrap_binary(Buffer.from([id & 0xff])),
      uint(0),
      types.wrap_boolean(false),
      types.wrap_boolean(more),
    ],
    payload,
  );

/** Credit for a link that we receive on, with a session window as wide as it goes. */
export const flow = (credit: number, handle = 0) =>
  frame("flow", [
    uint(0),
    uint(0x7fff_ffff),
    uint(0),
    uint(2_048),
    uint(handle),
    uint(0),
    uint(credit),
  ]);

/** A socket that has sent these bytes; it neither ends nor complains by itself. */
export function rawSocket(port: number, ...chunks: readonly Buffer[]): Socket {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  for (const chunk of chunks) socket.write(chunk);
  return socket;
}

/** Resolves when the broker has ended the connection. */
export function cutOff(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

/* oxlint-disable no-underscore-dangle -- rhea's names */
import type { Socket } from "node:net";
import { type Performative, type RheaConnection, writeDescribed } from "./rheaInternals.ts";

/**
 * Writes all frames of one turn by one system call, as one chunk for the peer to read, and payloads as they
 * are; rhea writes each frame by itself and copies its payload. Frames are encoded at once: rhea changes what
 * it has written a frame from. Payloads must not change once they are sent.
 */
export function gatherWrites(connection: RheaConnection, socket: Socket): void {
  const process = connection._process.bind(connection);
  connection._process = () => {
    socket.cork();
    try {
      process();
    } finally {
      socket.uncork();
    }
  };

  const write = connection._write_frame.bind(connection);
  connection._write_frame = (channel = 0, performative, payload) => {
    if (!performative || !payload) {
      write(channel, performative, payload);
      return;
    }
    if (!socket.writable) return;
    socket.write(frameHead(channel, performative, payload.length));
    socket.write(payload);
  };
}

const HEADER_BYTES = 8;
/** Room for the widest transfer that the emulators write; the writer grows past it. */
const HEAD_BYTES = 128;
const DATA_OFFSET_WORDS = 2;
const AMQP_FRAME = 0;

/** All of a frame but its payload: AMQP 1.0 §2.3. */
function frameHead(channel: number, performative: Performative, payloadBytes: number): Buffer {
  const head = writeDescribed(performative, Buffer.allocUnsafe(HEAD_BYTES), HEADER_BYTES);
  head.writeUInt32BE(head.length + payloadBytes, 0);
  head.writeUInt8(DATA_OFFSET_WORDS, 4);
  head.writeUInt8(AMQP_FRAME, 5);
  head.writeUInt16BE(channel, 6);
  return head;
}

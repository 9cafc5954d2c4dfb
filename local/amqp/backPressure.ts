import type { Socket } from "node:net";
import { limits } from "./limits.ts";

export type BackPressure = {
  /** Says that so many bytes were given to rhea, which writes them on the next tick. */
  readonly add: (bytes: number) => void;
  /** Too much waits for the peer: give it nothing more until `onRelieved`. */
  readonly isFull: () => boolean;
};

/**
 * Bounds what is held for a peer that does not read: its links get no more messages, and nothing that
 * would have to be answered is read from it. Where it reads again, `onRelieved` is called.
 */
export function createBackPressure(
  socket: Pick<Socket, "writableLength" | "pause" | "resume" | "on">,
  onRelieved: () => void,
): BackPressure {
  let unwritten = 0;
  let wasFull = false;

  const isFull = () => {
    const full = unwritten + socket.writableLength > limits.unreadBytes;
    wasFull ||= full;
    return full;
  };
  const relieve = () => {
    if (!wasFull || unwritten + socket.writableLength > limits.unreadBytes) return;
    wasFull = false;
    onRelieved();
  };

  socket.on("data", () => {
    if (socket.writableLength > limits.unreadBytes) socket.pause();
  });
  socket.on("drain", () => {
    socket.resume();
    relieve();
  });
  return {
    isFull,
    add: (bytes) => {
      if (unwritten === 0) {
        setImmediate(() => {
          unwritten = 0;
          relieve();
        });
      }
      unwritten += bytes;
    },
  };
}

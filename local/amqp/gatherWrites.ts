/* oxlint-disable no-underscore-dangle -- rhea's names */
import type { Socket } from "node:net";
import type { RheaConnection } from "./rheaInternals.ts";

/**
 * Writes all frames of one turn by one system call, as one chunk for the peer to read; rhea writes each by itself.
 * They are encoded at once: rhea changes what it has written a frame from.
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
}

import type { Socket } from "node:net";
import type { RheaConnection } from "./rheaInternals.ts";

/** AMQP 1.0 §2.4.5: a frame without a body only shows that its sender is alive. */
const EMPTY_FRAME = Buffer.of(0, 0, 0, 8, 2, 0, 0, 0);

/**
 * Answers frames that need no answer (a flow, a disposition) with an empty frame. The SDKs leave Nagle's
 * algorithm on, so the frame that they write next would wait until our kernel acknowledges this one:
 * 40 ms later, unless there is something to send along.
 */
export function acknowledgePromptly(socket: Socket, connection: RheaConnection): void {
  connection.once("connection_open", () => {
    socket.on("data", () => {
      const { bytesWritten } = socket;
      // rhea writes on the next tick, a reply one tick after that.
      setImmediate(() =>
        setImmediate(() => {
          if (socket.writable && socket.bytesWritten === bytesWritten) socket.write(EMPTY_FRAME);
        }),
      );
    });
  });
}

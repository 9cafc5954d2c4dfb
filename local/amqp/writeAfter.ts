import type { Socket } from "node:net";

/**
 * Lets nothing out of the socket before `settle` is done with what it may tell of: an acknowledgement
 * follows the write of what it acknowledges. When `settle` throws, the peer hears nothing any more.
 */
export function writeAfter(socket: Socket, settle: () => void): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    try {
      settle();
    } catch (error) {
      socket.destroy(error instanceof Error ? error : undefined);
      return false;
    }
    return write(...given);
  };
}

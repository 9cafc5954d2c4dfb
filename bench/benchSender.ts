import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Send } from "./exchange.ts";

/** A real client in a process of its own that only sends, for as long as `use` takes. */
export async function withSender<T>(
  options: { readonly connectionString: string; readonly queue: string },
  use: (send: Send) => Promise<T>,
): Promise<T> {
  const { connectionString, queue } = options;
  const peer = fork(fileURLToPath(new URL("senderPeer.ts", import.meta.url)), [
    connectionString,
    queue,
  ]);
  const exited = once(peer, "exit").then(([code]) => {
    throw new Error(`the sender ended with code ${code}`);
  });
  exited.catch(() => {}); // looked at only while something is being sent
  try {
    return await use(async (messages) => {
      peer.send(messages);
      await Promise.race([once(peer, "message"), exited]);
    });
  } finally {
    if (peer.connected) peer.disconnect();
    await exited.catch(() => {});
  }
}

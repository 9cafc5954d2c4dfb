import { withinMs } from "../withinMs.ts";
import type { Invoker } from "./invoke.ts";
import type { Log } from "./log.ts";
import type { Listeners } from "./startListeners.ts";

/** What is still open after the invocations is given this long to say goodbye to its service. */
const CLOSE_LIMIT_MS = 3_000;

/**
 * Stops taking anything new, waits for the invocations in flight up to the limit, then closes the
 * connections. Messages of invocations that did not end stay locked until the lock runs out. Never rejects.
 */
export async function stopInOrder(
  { http, others }: Listeners,
  invoker: Invoker,
  log: Log,
  limitMs: number,
): Promise<void> {
  const closed = http.close();
  const paused = Promise.all(others.map((listener) => listener.pause()));
  const idle = await invoker.idle(limitMs);
  if (!idle) log("warning", "Host", `stopping with ${invoker.inFlight()} invocations in flight`);

  const close = async () => {
    await paused;
    await Promise.all(others.map((listener) => listener.close()));
  };
  await withinMs(CLOSE_LIMIT_MS, "closing", close()).catch((error: unknown) => {
    log("debug", "Host", String(error));
  });
  http.cut();
  await closed;
}

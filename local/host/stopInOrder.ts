import { withinMs } from "../withinMs.ts";
import type { Listening } from "./http/startHttp.ts";
import type { Invoker } from "./invoke.ts";
import type { ListenerGroup } from "./listenerGroup.ts";
import type { Log } from "./log.ts";

/** What is still open after the invocations is given this long to say goodbye to its service. */
const CLOSE_LIMIT_MS = 3_000;

/**
 * Stops taking anything new, waits for the invocations in flight up to the limit, then closes the
 * connections. Messages of invocations that did not end stay locked until the lock runs out. Never rejects.
 */
export async function stopInOrder(
  { http, listeners }: { readonly http: Listening; readonly listeners: ListenerGroup },
  invoker: Invoker,
  log: Log,
  limitMs: number,
): Promise<void> {
  const closed = http.close();
  const paused = listeners.pause();
  const idle = await invoker.idle(limitMs);
  if (!idle) log("warning", "Host", `stopping with ${invoker.inFlight()} invocations in flight`);

  const close = async () => {
    await paused;
    await listeners.close();
  };
  await withinMs(CLOSE_LIMIT_MS, "closing", close()).catch((error: unknown) => {
    log("debug", "Host", String(error));
  });
  http.cut();
  await closed;
}

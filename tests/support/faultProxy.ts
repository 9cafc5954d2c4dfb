import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startHttp } from "./loopback.ts";

/**
 * `lose-answer`: the target acts, the caller's connection is cut. `repeat`: something on the way sends the request twice
 * and passes the second answer on, as a client's own retry does. `unavailable`: 503 with Retry-After. `reset`: the
 * connection is cut before the target hears of it. `hold`: no answer until the proxy is healed, and the target hears
 * nothing of it.
 */
export type Fault =
  | "lose-answer"
  | "repeat"
  | "unavailable"
  | "reset"
  | "hold"
  | { readonly retryAfterSeconds: number }
  | { readonly delayMs: number };

/** Which requests meet a fault: the next so many that fit. */
export type FaultPlan = {
  readonly fault: Fault;
  readonly method?: string;
  /** Fits the path with its query. */
  readonly path?: RegExp;
  /** Text that the body has. */
  readonly body?: string;
  readonly times?: number;
};

export type FaultProxy = {
  readonly url: string;
  /** Methods of the requests that came by, in order. */
  readonly requests: string[];
  /** The next request with this method meets the fault. */
  readonly inject: (method: string, fault: Fault) => void;
  readonly plan: (plan: FaultPlan) => void;
  /** How many requests have met a fault since the last healing. */
  readonly met: () => number;
  /** Forgets what is planned and cuts what is held. */
  readonly heal: () => void;
  readonly stop: () => Promise<void>;
};

/** A request on its way to the target. */
export type SeenRequest = { readonly method: string; readonly url: string; readonly body: Buffer };

type Answer = { readonly message: IncomingMessage; readonly body: Buffer };

/**
 * An HTTP proxy before one service that counts requests, shows them to `see` and spoils chosen ones. The target may become
 * known later.
 */
export async function startFaultProxy(
  target: string | (() => string),
  see: (request: SeenRequest) => void = () => undefined,
): Promise<FaultProxy> {
  const requests: string[] = [];
  let plans: { readonly plan: FaultPlan; left: number }[] = [];
  const held = new Set<ServerResponse>();
  let met = 0;

  const faultFor = (method: string, path: string, body: Buffer): Fault | undefined => {
    const found = plans.find(
      ({ plan, left }) =>
        left > 0 &&
        (plan.method === undefined || plan.method === method) &&
        (plan.path === undefined || plan.path.test(path)) &&
        (plan.body === undefined || body.includes(plan.body)),
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    met += 1;
    return found.plan.fault;
  };

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = "GET", url: path = "/" } = incoming;
    requests.push(method);
    const body = await buffer(incoming);
    see({ method, url: path, body });
    const fault = faultFor(method, path, body);
    if (fault === "unavailable" || (typeof fault === "object" && "retryAfterSeconds" in fault)) {
      const seconds = typeof fault === "object" ? fault.retryAfterSeconds : 7;
      outgoing.writeHead(503, { "retry-after": String(seconds) }).end();
      return;
    }
    if (fault === "hold") {
      held.add(outgoing);
      outgoing.on("close", () => held.delete(outgoing));
      return;
    }
    if (fault === "reset") {
      outgoing.destroy();
      return;
    }
    if (typeof fault === "object") await sleep(fault.delayMs);
    const address = typeof target === "string" ? target : target();
    let answer = await forward(address, incoming, body);
    if (fault === "repeat") answer = await forward(address, incoming, body);
    if (fault === "lose-answer") {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(answer.message.statusCode ?? 502, answer.message.headers).end(answer.body);
  };

  const { url, stop } = await startHttp((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const plan = (next: FaultPlan) => void plans.push({ plan: next, left: next.times ?? 1 });
  return {
    url,
    requests,
    inject: (method, fault) => plan({ method, fault }),
    plan,
    met: () => met,
    heal: () => {
      plans = [];
      met = 0;
      for (const response of held) response.destroy();
    },
    stop,
  };
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const { method, headers, url } = incoming;
    const outgoing = request(new URL(url ?? "/", target), { method: method ?? "GET", headers });
    outgoing.on("response", resolve);
    outgoing.on("error", reject);
    outgoing.end(body);
  });
  return { message, body: await buffer(message) };
}

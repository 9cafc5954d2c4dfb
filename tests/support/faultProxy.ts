import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { startHttp } from "./loopback.ts";

/**
 * `lose-answer`: the target acts, the caller's connection is cut. `repeat`: something on the way sends the request twice
 * and passes the second answer on, as a client's own retry does. `unavailable`: 503 with Retry-After.
 */
export type Fault = "lose-answer" | "repeat" | "unavailable";

export type FaultProxy = {
  readonly url: string;
  /** Methods of the requests that came by, in order. */
  readonly requests: string[];
  /** The next request with this method meets the fault. */
  readonly inject: (method: string, fault: Fault) => void;
  readonly stop: () => Promise<void>;
};

/** A request on its way to the target. */
export type SeenRequest = { readonly method: string; readonly url: string; readonly body: Buffer };

type Answer = { readonly message: IncomingMessage; readonly body: Buffer };

/** An HTTP proxy before one service that counts requests, shows them to `see` and spoils chosen ones. */
export async function startFaultProxy(
  target: string,
  see: (request: SeenRequest) => void = () => undefined,
): Promise<FaultProxy> {
  const requests: string[] = [];
  const faults: { readonly method: string; readonly fault: Fault }[] = [];

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const method = incoming.method ?? "GET";
    requests.push(method);
    const body = await buffer(incoming);
    see({ method, url: incoming.url ?? "/", body });
    const index = faults.findIndex((planned) => planned.method === method);
    const fault = index === -1 ? undefined : faults.splice(index, 1)[0]?.fault;
    if (fault === "unavailable") {
      outgoing.writeHead(503, { "retry-after": "7" }).end();
      return;
    }
    let answer = await forward(target, incoming, body);
    if (fault === "repeat") answer = await forward(target, incoming, body);
    if (fault === "lose-answer") {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(answer.message.statusCode ?? 502, answer.message.headers).end(answer.body);
  };

  const { url, stop } = await startHttp((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  return { url, requests, inject: (method, fault) => void faults.push({ method, fault }), stop };
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

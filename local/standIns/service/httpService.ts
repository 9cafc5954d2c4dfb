import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Bound, bindLoopback, closeServer } from "../../bindLoopback.ts";
import { DiskFullError } from "../../journal/errors.ts";
import type { Memories } from "../memory/memory.ts";
import type { Time } from "../time.ts";
import { type Behaviour, createScript } from "./behaviour.ts";
import type { Call, Handle } from "./call.ts";
import { idempotencyKey } from "./idempotencyKey.ts";
import type { Ledger } from "./ledger.ts";
import { problemReply, type Refusal, type Reply } from "./reply.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

export type HttpServiceOptions = {
  readonly name: string;
  readonly time: Time;
  readonly memories: Pick<Memories, "makeRoom" | "commit">;
  readonly ledger: () => Ledger;
  readonly handle: Handle;
  /** The service's own shape of an error body. */
  readonly renderRefusal?: (refusal: Refusal) => Reply;
};

/** One stand-in on its own port: it can be taken down and brought back there, and told how to behave. */
export type HttpService = {
  readonly name: string;
  readonly url: () => string;
  readonly isUp: () => boolean;
  readonly behaviour: { readonly get: () => Behaviour; readonly set: (next: Behaviour) => void };
  /** Listens on the port, or on the one it had before. Does nothing while it is up. */
  readonly up: (port?: number) => Promise<void>;
  /** Closes the socket and cuts the calls in flight. Does nothing while it is down. */
  readonly down: () => Promise<void>;
};

/** What a service that is up consists of; all of it ends with `down`. */
type Up = { readonly servers: Bound<Server>["servers"]; readonly life: AbortController };

export function createHttpService(options: HttpServiceOptions): HttpService {
  const { name } = options;
  const script = createScript();
  const sockets = new Set<Socket>();
  let up: Up | undefined;
  let knownPort = 0;

  const bringUp = async (port = knownPort) => {
    if (up !== undefined) return;
    const life = new AbortController();
    const respond = createResponder(options, script.take, life.signal);
    const create = () =>
      createServer((request, response) => void respond(request, response)).on(
        "connection",
        (socket: Socket) => {
          sockets.add(socket);
          socket.once("close", () => sockets.delete(socket));
        },
      );
    const bound = await bindLoopback(create, { port }).catch((cause: Error) => {
      throw new Error(`${name} cannot be served: ${cause.message}`, { cause });
    });
    up = { servers: bound.servers, life };
    knownPort = bound.port;
  };

  const takeDown = async () => {
    const ending = up;
    if (ending === undefined) return;
    up = undefined;
    ending.life.abort();
    const closed = Promise.all(ending.servers.map(closeServer));
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  return {
    name,
    url: () => `http://127.0.0.1:${knownPort}`,
    isUp: () => up !== undefined,
    behaviour: { get: script.current, set: script.set },
    up: bringUp,
    down: takeDown,
  };
}

/** Answers one request as the script says; a request whose connection is cut ends in silence. */
function createResponder(
  { handle, ledger, time, memories, renderRefusal = problemReply }: HttpServiceOptions,
  take: () => Behaviour,
  signal: AbortSignal,
) {
  const answer = (behaviour: Behaviour, call: Call): Promise<Reply> | Reply => {
    switch (behaviour.mode) {
      case "failing":
        return renderRefusal({ status: behaviour.status, code: "failing", detail: "told to fail" });
      case "throttling":
        return renderRefusal({
          status: 429,
          code: "throttled",
          detail: "told to throttle",
          retryAfterSeconds: behaviour.retryAfterSeconds,
        });
      case "slow":
        return time.sleep(behaviour.delayMs, signal).then(() => handle(call));
      case "ok":
      case "hanging":
      case "losing":
        break;
    }
    return handle(call);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = "/", search = ""] = (request.url ?? "/").split("?", 2);
    const { method = "GET", headers } = request;
    const answered = ledger().arrived({
      at: time.now(),
      method,
      path,
      key: idempotencyKey(headers["idempotency-key"]),
    });
    const behaviour = take();
    try {
      const body = await readBody(request);
      if (body === undefined) {
        const detail = `at most ${MAX_BODY_BYTES} bytes`;
        answered(413);
        send(response, renderRefusal({ status: 413, code: "too-large", detail }));
        return;
      }
      if (behaviour.mode === "hanging") return;
      if (method !== "GET") memories.makeRoom(body.length);
      const query = new URLSearchParams(search);
      const reply = await answer(behaviour, { method, path, query, headers, body, signal });
      memories.commit();
      if (behaviour.mode === "losing" || signal.aborted) {
        response.destroy();
        return;
      }
      if (response.destroyed) return;
      answered(reply.status);
      send(response, reply);
    } catch (error) {
      if (signal.aborted || request.errored !== null) {
        response.destroy(); // the service went down meanwhile, or the caller hung up
        return;
      }
      const refusal = refusalOf(error);
      answered(refusal.status);
      send(response, renderRefusal(refusal));
    }
  };
}

function refusalOf(error: unknown): Refusal {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof DiskFullError) return { status: 503, code: "storage-full", detail };
  return { status: 500, code: "unexpected", detail };
}

/** Undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const bytes = Buffer.from(body ?? "");
  response.writeHead(status, { ...headers, ...(body && { "content-length": bytes.length }) });
  response.end(bytes);
}

import { createServer } from "node:http";
import { bindLoopback, closeServer } from "../../bindLoopback.ts";
import type { Drain } from "../drain.ts";
import { type HostedFunction, triggeredBy } from "../functions.ts";
import type { HttpOptions as HttpLimits } from "../hostJson.ts";
import type { Invoke } from "../invoke.ts";
import type { Log } from "../log.ts";
import { createAdminApi } from "./adminApi.ts";
import { createBufferedCall } from "./callHttpFunction.ts";
import { createAuthorize, type Keys } from "./keys.ts";
import { limitRequests } from "./limitRequests.ts";
import { createRequestListener } from "./requestListener.ts";
import { createRouteTable } from "./routeTable.ts";
import { createRunOnce } from "./runOnce.ts";
import { createStreamedCall } from "./streamedCall.ts";

export type HttpOptions = {
  readonly port: number;
  readonly functions: readonly HostedFunction[];
  readonly routePrefix: string;
  readonly limits: HttpLimits;
  readonly hostId: string;
  readonly drain: Drain;
  readonly keys: Keys;
  readonly noAuth: boolean;
  readonly libraryServer: string | undefined;
  readonly invoke: Invoke;
  readonly log: Log;
};

/** Core Tools' own limit for a body. */
const BODY_LIMIT_BYTES = 104_857_600;

export type Listening = {
  readonly port: number;
  /** Takes no new connection, ends idle ones at once and those with a request after its answer. */
  readonly close: () => Promise<void>;
  /** Cuts every connection that is still open. */
  readonly cut: () => void;
};

/** The HTTP side of the host, complete: routes, keys, admin API. Conflicting routes throw. */
export async function startHttp(options: HttpOptions): Promise<Listening> {
  const { port, functions, routePrefix, keys, noAuth, libraryServer, invoke, log } = options;
  const { hostId, drain, limits } = options;
  const listener = createRequestListener({
    routes: createRouteTable(functions.filter(triggeredBy("http")), routePrefix),
    authorize: createAuthorize(keys, noAuth),
    admin: createAdminApi({
      functions,
      routePrefix,
      hostId,
      drain,
      runOnce: createRunOnce(invoke),
    }),
    call: limitRequests(
      libraryServer === undefined
        ? createBufferedCall(invoke, BODY_LIMIT_BYTES)
        : createStreamedCall(invoke, libraryServer),
      limits,
    ),
    log,
  });
  const bound = await bindLoopback(() => createServer(listener), { port });
  return {
    port: bound.port,
    close: async () => void (await Promise.all(bound.servers.map(closeServer))),
    cut: () => {
      for (const server of bound.servers) server.closeAllConnections();
    },
  };
}

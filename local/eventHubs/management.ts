import { AmqpError } from "../amqp/amqpError.ts";
import type { RequestHandler } from "../amqp/request.ts";
import type { Hub } from "./hub.ts";
import { readEventHub } from "./operations/readEventHub.ts";
import { readPartition } from "./operations/readPartition.ts";

/** Answers the requests of `$management`, each of which names its hub. */
export function createManagement(find: (hub: string) => Hub | undefined): RequestHandler {
  return ({ operation, properties }) => {
    const { name, type, partition } = properties;
    if (operation !== "READ") throw notImplemented(`Operation '${operation}'`);
    const hub = find(String(name));
    if (!hub) {
      throw new AmqpError(
        "amqp:not-found",
        `The messaging entity '${String(name)}' could not be found.`,
      );
    }
    switch (type) {
      case "com.microsoft:eventhub":
        return readEventHub(hub);
      case "com.microsoft:partition":
        return readPartition(hub, String(partition));
      default:
        throw notImplemented(`Reading type '${String(type)}'`);
    }
  };
}

function notImplemented(what: string): AmqpError {
  return new AmqpError("amqp:not-implemented", `${what} is not supported.`);
}

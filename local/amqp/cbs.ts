import { entityPath } from "./address.ts";
import { AmqpError } from "./amqpError.ts";
import type { AmqpNode, AmqpService } from "./node.ts";

export const CBS_ADDRESS = "$cbs";

const ACCEPTED = 202;

/**
 * Claims-based security: any token is good, as the official emulators' keys are public. A token for an
 * entity that does not exist is refused, which is how older clients learn of it at once.
 */
export function createCbsNode(resolve: AmqpService["resolve"]): AmqpNode {
  return {
    answer: ({ operation, properties }) => {
      if (operation !== "put-token") {
        throw new AmqpError("amqp:not-implemented", `$cbs does not know '${operation}'`);
      }
      const { name } = properties;
      const audience = typeof name === "string" ? entityPath(name) : "";
      const entity = audience.replace(/\/?\$management$/i, "");
      if (entity !== "" && !resolve(entity)) {
        throw new AmqpError(
          "amqp:not-found",
          `The messaging entity '${audience}' could not be found.`,
        );
      }
      return { status: ACCEPTED, description: "Accepted" };
    },
  };
}

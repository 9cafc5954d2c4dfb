import { DiskFullError } from "../journal/errors.ts";
import { AmqpError } from "./amqpError.ts";

/**
 * Runs what makes room for messages and refuses them when there is none, as the service refuses messages to
 * an entity that has reached its size: QuotaExceeded to the clients, which hand it to their caller at once.
 * `com.microsoft:server-busy` would make them try again and again while nothing can have changed.
 */
export function refuseWhenFull(path: string, makeRoom: () => void): void {
  try {
    makeRoom();
  } catch (error) {
    if (!(error instanceof DiskFullError)) throw error;
    throw new AmqpError(
      "amqp:resource-limit-exceeded",
      `The messages for '${path}' cannot be stored: the disk is full.`,
      { cause: error },
    );
  }
}

import { z } from "zod";
import { TerminalError } from "../errors.ts";
import type { AcceptEvent } from "./acceptEvent.ts";

/** Message on queue `dataverse-events` that names a body which could not be accepted, and says why. */
export const DeadBody = z.object({
  schema: z.literal(1),
  /** Name of the blob that holds the bytes as they came. */
  deadBody: z.string().min(1).max(1_024),
  /** Becomes the dead-letter reason. */
  reason: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
});
export type DeadBody = z.infer<typeof DeadBody>;

export type DeadBodyPorts = {
  /** Keeps the bytes and names them; the same bytes have the same name. */
  readonly keepBody: (bytes: Uint8Array, reason: string) => Promise<string>;
  /** Resolves once the message is durable. */
  readonly announce: (body: DeadBody) => Promise<void>;
};

export type KeepDeadBody = (bytes: Uint8Array, reason: string) => Promise<DeadBody>;

/**
 * Dataverse sends an event that we answered never again, and 256 KB fit neither a message nor a table
 * property: the bytes go to a blob, and a message that names it travels the way of every dead letter.
 */
export function createKeepDeadBody({ keepBody, announce }: DeadBodyPorts): KeepDeadBody {
  return async function keepDeadBody(bytes, reason) {
    const body: DeadBody = { schema: 1, deadBody: await keepBody(bytes, reason), reason };
    await announce(body);
    return body;
  };
}

/** What comes out of queue `dataverse-events`: an event, or the name of a body that never was one. */
export function createRouteEvent(acceptEvent: AcceptEvent): AcceptEvent {
  return async function routeEvent(data) {
    const dead = DeadBody.safeParse(data);
    if (!dead.success) return acceptEvent(data);
    const { reason, deadBody } = dead.data;
    throw new TerminalError(reason, `the body is kept in blob ${deadBody}`);
  };
}

import type { Typed } from "rhea";
import type { ConnectionInfo, MaybePromise } from "./node.ts";

/** A request to a management node: an operation's name, its properties and its body. */
export type ManagementRequest = {
  readonly operation: string;
  /** Application properties, decoded loosely. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The body's map entries with their AMQP types; empty when the body is not a map (`fields.ts` reads them). */
  readonly fields: ReadonlyMap<string, Typed>;
  /** The body itself, when it is no map. */
  readonly body: unknown;
  readonly connection: ConnectionInfo;
};

/** What a management node answers. `status` 200 unless said otherwise; 204 means "nothing there". */
export type ManagementReply = {
  readonly status?: number;
  readonly description?: string;
  /** An AMQP error condition that goes with a status without being a fault (204 message-not-found). */
  readonly condition?: string;
  /** A map whose values are wrapped (`typed.ts`) wherever the client casts; `{}` when absent. */
  readonly body?: Readonly<Record<string, unknown>>;
};

/** Throwing an AmqpError answers with its condition and the status that goes with it. */
export type RequestHandler = (request: ManagementRequest) => MaybePromise<ManagementReply>;

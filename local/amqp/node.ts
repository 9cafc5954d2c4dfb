import type { Typed } from "rhea";
import type { AmqpError } from "./amqpError.ts";
import type { RequestHandler } from "./request.ts";

/**
 * What an emulator offers to the listener it shares with others. `resolve` gets an address without
 * scheme, host and leading slash, in the client's spelling (compare case-insensitively), and answers
 * undefined when the address names nothing of its own. It must not throw: CBS asks it, too, whether
 * an audience exists. Refusals belong in `openIncoming` and `openOutgoing`.
 */
export type AmqpService = { readonly resolve: (address: string) => AmqpNode | undefined };

/**
 * Something that links attach to. A missing member refuses that kind of link with `amqp:not-allowed`;
 * an open that throws (or rejects with) an AmqpError refuses it with that condition. An open may wait:
 * the attach is answered when its promise settles.
 */
export type AmqpNode = {
  /** The client sends to this node. */
  readonly openIncoming?: (link: IncomingLink) => MaybePromise<IncomingHandler>;
  /** The client receives from this node. */
  readonly openOutgoing?: (link: OutgoingLink) => MaybePromise<OutgoingHandler>;
  /** The node answers requests (`$management`); it then needs neither of the others. */
  readonly answer?: RequestHandler;
};

export type MaybePromise<T> = T | Promise<T>;

/** What the peer said when it attached. */
export type LinkInfo = {
  readonly name: string;
  /** The node's address as `resolve` got it. */
  readonly address: string;
  /** The address of the peer's own end: the target of a link that we send on. */
  readonly peerAddress: string | undefined;
  readonly connection: ConnectionInfo;
  /** Link properties and source filters, decoded loosely (`decode.ts`): an AMQP long beyond 2^53 is a Buffer. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly desiredCapabilities: readonly string[];
  /** Detaches the link for good, with the reason if there is one; `onClose` follows. */
  readonly close: (error?: AmqpError) => void;
};

export type ConnectionInfo = { readonly id: number; readonly containerId: string };

/** What our attach says beyond the echo of the peer's source, target and settle modes. */
export type AttachReply = {
  readonly properties?: Readonly<Record<string, Typed | string | number>>;
  readonly offeredCapabilities?: readonly string[];
  readonly maxMessageSize?: number;
  /** Replaces the echoed source filter. */
  readonly filters?: Readonly<Record<string, Typed | string>>;
};

export type IncomingLink = LinkInfo & {
  /** Session id of the AMQP session, unique in the process; request and reply links may share one. */
  readonly sessionId: number;
};

export type IncomingHandler = AttachReply & {
  /**
   * One transfer, undecoded. Returning accepts it, an AmqpError rejects it; a promise defers the answer
   * until it settles. `format` is 0 for one message, BATCH_FORMAT (`codec/batch.ts`) for a batch.
   * `payload` is a view of the socket's chunk: copy what must outlive the call.
   */
  readonly onTransfer: (payload: Buffer, format: number) => MaybePromise<void>;
  readonly onClose?: () => void;
};

export type OutgoingLink = LinkInfo & {
  readonly sessionId: number;
  /** True when the peer asked for settled transfers (receive-and-delete): no outcome will come. */
  readonly presettled: boolean;
  /** How many messages may be sent now; 0 before the attach is answered and after it closed. */
  readonly credit: () => number;
  /**
   * Sends an encoded message and uses one credit; throws without credit. `onOutcome` hears the peer's
   * verdict once and says what to answer (undefined: nothing, as if it had not heard); without it
   * the transfer is sent settled.
   */
  readonly send: (
    payload: Buffer,
    tag: Buffer,
    onOutcome?: (outcome: Outcome) => Settlement | undefined,
  ) => void;
};

export type OutgoingHandler = AttachReply & {
  /** There is credit: send what there is, at once or later. A drain is answered when this returns. */
  readonly onCredit: () => void;
  /** Unsettled deliveries of the link get no outcome any more. */
  readonly onClose?: () => void;
};

/** The peer's verdict on a delivery. Typed maps keep each value's AMQP type. */
export type Outcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "released" }
  | { readonly kind: "rejected"; readonly condition: string | undefined; readonly info: TypedMap }
  | {
      readonly kind: "modified";
      readonly deliveryFailed: boolean;
      readonly undeliverableHere: boolean;
      readonly annotations: TypedMap;
    };

/** Keys and values in turn, as they came over the wire. */
export type TypedMap = readonly Typed[];

/** How we settle a delivery: with an outcome, or rejected for a reason that makes the client throw. */
export type Settlement = "accepted" | "rejected" | "released" | AmqpError;

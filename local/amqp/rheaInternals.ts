import type { Connection, Delivery, Receiver, Sender, Session, Typed } from "rhea";
import rhea from "rhea";

/*
 * The parts of rhea 3.0.5 that this emulator steers beyond its published types. rhea is written for
 * clients; as a server it loses AMQP types, stalls on unsettled deliveries and forgets drains. All of
 * it is corrected on the objects of our own connections, never on rhea's prototypes: an SDK client
 * in the same process shares them.
 */

/** A decoded performative: its fields in `value`, named accessors beside it. */
export type Performative = {
  value: (Typed | undefined)[];
  readonly constructor: { readonly descriptor: { readonly numeric: number } };
  /** The value to be encoded. */
  readonly described: () => Typed;
};

export type Frame<Fields> = {
  readonly channel: number;
  readonly performative: Fields;
  readonly payload?: Buffer;
};

export type OpenFields = Performative & {
  readonly max_frame_size: unknown;
  idle_time_out: unknown;
};
export type TransferFields = Performative & {
  message_format: number | null | undefined;
  readonly more: boolean | null | undefined;
  readonly aborted: boolean | null | undefined;
};
export type AttachFields = Performative & {
  readonly name: string;
  readonly role: boolean;
  source: Typed | null | undefined;
  target: Typed | null | undefined;
};
export type FlowFields = Performative & {
  readonly drain: boolean | null | undefined;
  readonly echo: boolean | null | undefined;
  readonly handle: number | null | undefined;
};
export type DispositionFields = Performative & {
  readonly first: number;
  readonly last: number | null | undefined;
  readonly settled: boolean | null | undefined;
  readonly state: Typed | undefined;
};

type EndpointState = {
  local_open: boolean;
  remote_open: boolean;
  /** Above 0 while our attach is decided but not yet written. */
  open_requests: number;
};

/** A terminus as the peer sent it; `described` gives it back unchanged. */
export type Terminus = {
  readonly address: string | null | undefined;
  readonly filter?: Record<string, unknown> | null;
  value: unknown[];
  readonly described: () => Typed;
};

type LinkInternals = {
  state: EndpointState;
  name: string;
  issue_flow: boolean;
  credit: number;
  delivery_count: number;
  readonly local: { readonly attach: Record<string, unknown>; readonly handle: number };
  readonly remote: {
    readonly attach?: Record<string, unknown> & {
      readonly source: Terminus | null;
      readonly target: Terminus | null;
    };
  };
};

export type RheaSender = Omit<Sender, "session" | "connection"> &
  LinkInternals & { readonly session: RheaSession; _get_drain: () => boolean };
export type RheaReceiver = Omit<Receiver, "session" | "connection"> &
  LinkInternals & {
    readonly session: RheaSession;
    _incomplete: { settled: boolean } | undefined;
  };
export type RheaLink = RheaSender | RheaReceiver;

export type RheaDelivery = Delivery & { settled: boolean; remote_settled: boolean };

/** The collection in which rhea keeps deliveries that are not settled by both ends. */
export type DeliveryBuffer = {
  readonly available: () => number;
  readonly push: (delivery: RheaDelivery) => void;
  readonly pop_if: (isFinished: (delivery: RheaDelivery) => boolean) => number;
  readonly by_id: (id: number) => RheaDelivery | undefined;
};

/** Settlements of this turn that are not yet written. */
export type PendingDispositions = readonly { readonly state?: unknown }[];

type Update = (delivery: RheaDelivery, settled: boolean, state: unknown) => void;

export type RheaSession = Omit<Session, "connection"> & {
  readonly connection: RheaConnection;
  readonly local: { readonly begin: Record<string, unknown> };
  readonly links: Record<string, RheaLink>;
  readonly incoming: {
    on_transfer: (frame: Frame<TransferFields>, link: RheaReceiver) => void;
    on_disposition: (fields: DispositionFields) => void;
    readonly updated: PendingDispositions;
    update: Update;
    readonly process: (session: RheaSession) => void;
  };
  readonly outgoing: {
    deliveries: DeliveryBuffer;
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
    on_disposition: (fields: DispositionFields) => void;
    readonly transfer_window: () => number;
    readonly pending_dispositions: PendingDispositions;
    update: Update;
    readonly process: () => void;
  };
  on_attach: (frame: Frame<AttachFields>) => void;
  on_flow: (frame: Frame<FlowFields>) => void;
  readonly _get_link: (frame: Frame<FlowFields>) => RheaLink;
};

/** Turns bytes into frames, for the SASL layer or for AMQP. */
export type RheaTransport = {
  readonly header_received: unknown;
  read: (input: Buffer) => number;
};

export type RheaConnection = Connection & {
  readonly accept: (socket: unknown) => RheaConnection;
  readonly amqp_transport: RheaTransport;
  readonly sasl_transport: { transports?: { 3: { transport: RheaTransport } } } | undefined;
  readonly remote_channel_map: Record<number, RheaSession>;
  _process: () => void;
  readonly _register: () => void;
  _write_frame: (channel?: number, performative?: Performative, payload?: Buffer) => void;
};

/** How rhea hands a connection its own frames; the published types have it otherwise. */
export type FrameHandlers = {
  on_open: (frame: Frame<OpenFields>) => void;
  on_begin: (frame: Frame<Performative>) => void;
};

type Outcomes = Readonly<
  Record<
    "accepted" | "released" | "rejected",
    (fields?: object) => { readonly described: () => unknown }
  >
>;
/** The delivery states that rhea can write. */
export const outcomes = rhea.message as unknown as Outcomes;

type ValueReader = { readonly read: () => Typed; readonly remaining: () => number };
/** Reads encoded values one after the other, with their types. */
export function readValues(encoded: Buffer): ValueReader {
  const { Reader } = rhea.types as unknown as { Reader: new (buffer: Buffer) => ValueReader };
  return new Reader(encoded);
}

type ValueWriter = {
  readonly skip: (bytes: number) => void;
  readonly write: (value: Typed) => void;
  readonly toBuffer: () => Buffer;
};
const { Writer } = rhea.types as unknown as { Writer: new (buffer: Buffer) => ValueWriter };

/** Encodes a performative behind `offset` bytes left for the caller, in `buffer` or, if that is too small, a larger one. */
export function writeDescribed(performative: Performative, buffer: Buffer, offset: number): Buffer {
  const writer = new Writer(buffer);
  writer.skip(offset);
  writer.write(performative.described());
  return writer.toBuffer();
}

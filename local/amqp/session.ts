/* oxlint-disable no-underscore-dangle -- rhea's names */
import type { Typed } from "rhea";
import { AmqpError } from "./amqpError.ts";
import type { BackPressure } from "./backPressure.ts";
import { createDeliveryTable, type DeliveryTable } from "./deliveryTable.ts";
import type { IncompleteMessages } from "./incompleteMessages.ts";
import { limits } from "./limits.ts";
import type { FlowFields, Frame, RheaLink, RheaSession } from "./rheaInternals.ts";
import { separateOutcomes } from "./separateOutcomes.ts";

/** What this emulator keeps beside a rhea session. */
export type SessionState = {
  readonly id: number;
  readonly rhea: RheaSession;
  readonly deliveries: DeliveryTable;
  readonly backPressure: BackPressure;
  /** Called for a link's flow frame, and for each link when the session's window moved. */
  readonly flowListeners: Map<RheaLink, (frame: Frame<FlowFields> | undefined) => void>;
  /** Called when the session is gone, with or without its links having been detached. */
  readonly closeListeners: Set<() => void>;
};

export type SessionOptions = Pick<SessionState, "backPressure"> & {
  readonly incomplete: IncompleteMessages;
  /** Links of the whole connection. */
  readonly linkCount: () => number;
};

let lastId = 0;

/** Corrects a session that the peer has just begun (see rheaInternals.ts for why). */
export function prepareSession(
  session: RheaSession,
  { backPressure, incomplete, linkCount }: SessionOptions,
): SessionState {
  const { outgoing, incoming } = session;
  const deliveries = createDeliveryTable(outgoing);
  lastId += 1;
  const state: SessionState = {
    id: lastId,
    rhea: session,
    deliveries,
    backPressure,
    flowListeners: new Map(),
    closeListeners: new Set(),
  };
  session.local.begin["handle_max"] = limits.links - 1;
  outgoing.deliveries = deliveries;
  outgoing.on_disposition = deliveries.onDisposition;
  // Whatever comes in is settled at once; rhea would walk through any range that the peer names.
  incoming.on_disposition = () => {};
  separateOutcomes(session);

  const onTransfer = incoming.on_transfer.bind(incoming);
  incoming.on_transfer = (frame, link) => {
    const { performative, payload } = frame;
    if (performative.aborted) {
      // §2.6.14: what came so far is void; rhea would hand the fragment on as a message.
      if (link._incomplete) link._incomplete.settled = true;
      link._incomplete = undefined;
      incomplete.forget(link);
      return;
    }
    if (performative.more) incomplete.add(link, payload?.length ?? 0);
    else incomplete.forget(link);
    // rhea decodes format 0 and loses AMQP types; any other format comes through as it is.
    performative.message_format ||= PLAIN_UNDECODED;
    onTransfer(frame, link);
  };

  const onFlow = session.on_flow.bind(session);
  session.on_flow = (frame) => {
    // A flow may lower a link's credit, and a transfer without credit would block the whole session.
    if (outgoing.next_pending_delivery < outgoing.next_delivery_id) outgoing.process();
    onFlow(frame);
    const { handle } = frame.performative;
    const link = handle === null || handle === undefined ? undefined : session._get_link(frame);
    for (const [candidate, listener] of state.flowListeners) {
      listener(candidate === link ? frame : undefined);
    }
  };

  const onAttach = session.on_attach.bind(session);
  session.on_attach = (frame) => {
    if (linkCount() >= limits.connectionLinks) {
      throw new AmqpError(
        "amqp:resource-limit-exceeded",
        `A connection holds at most ${limits.connectionLinks} links.`,
      );
    }
    if (Object.keys(session.links).length >= limits.links) {
      throw new AmqpError(
        "amqp:resource-limit-exceeded",
        `A session holds at most ${limits.links} links.`,
      );
    }
    for (const end of ["source", "target"] as const) {
      // rhea would print a line for a terminus that it does not know.
      if (!isKnown(frame.performative[end])) frame.performative[end] = null;
    }
    makeWayFor(frame.performative.name, session);
    onAttach(frame);
  };
  return state;
}

/** The format under which rhea hands over a message of format 0 without decoding it. */
export const PLAIN_UNDECODED = 1;

/** Descriptors of a source and a target, AMQP 1.0 §3.5. */
const knownTermini = new Set<unknown>([0x28, 0x29, "amqp:source:list", "amqp:target:list"]);

function isKnown(terminus: Typed | null | undefined): boolean {
  return knownTermini.has(terminus?.descriptor?.value);
}

/**
 * rhea keys links by name alone: a second link of that name, of the other role (§2.6.1 allows it) or
 * attached right after the first one's detach, would be taken for the first. The first one keeps its
 * handle and goes on under another key.
 */
function makeWayFor(name: string, session: RheaSession): void {
  const existing = session.links[name];
  if (!existing) return;
  delete session.links[name];
  existing.name = `${name}\u0000${existing.local.handle}`;
  session.links[existing.name] = existing;
  if (!existing.state.remote_open) {
    existing.close(); // answers the detach before the new attach
    setImmediate(() => existing.remove());
  }
}

/* oxlint-disable no-underscore-dangle -- rhea's names */
import type { AmqpError } from "./amqpError.ts";
import type { LinkInfo, Outcome, OutgoingHandler, OutgoingLink } from "./node.ts";
import { readOutcome, writeSettlement } from "./outcome.ts";
import type { FlowFields, Frame, RheaDelivery, RheaSender } from "./rheaInternals.ts";
import type { SessionState } from "./session.ts";

/** §2.6.12: the sender settles everything before it sends. */
const SETTLED = 1;

/** A link that we send on, once accepted; its owner calls `closed` when it is gone. */
export type OutgoingEndpoint = {
  readonly link: OutgoingLink;
  readonly start: (handler: OutgoingHandler) => void;
  readonly closed: () => void;
};

/**
 * Counts the link's credit itself: rhea lowers it only when it writes, and once a delivery is queued
 * without credit, all links of the session wait behind it.
 */
export function createOutgoingLink(
  sender: RheaSender,
  session: SessionState,
  info: LinkInfo,
  guard: (work: () => void) => void,
): OutgoingEndpoint {
  const { outgoing } = session.rhea;
  const presettled = sender.snd_settle_mode === SETTLED;
  let handler: OutgoingHandler | undefined;
  let open = true;
  /** Delivery-count up to which the peer allows us to send, and how far we are. */
  let limit = 0;
  let sent = 0;
  let draining = false;

  const attached = () => sender.state.local_open && sender.state.open_requests === 0;
  const queued = () => outgoing.next_delivery_id - outgoing.next_pending_delivery;
  const credit = () => {
    if (!open || !attached() || session.backPressure.isFull()) return 0;
    return outgoing.transfer_window() > queued() ? limit - sent : 0;
  };

  const writeFlow = () => {
    sender.issue_flow = true;
    session.rhea.connection._register();
  };

  /** Uses up what credit is left and says so, also when none is left: clients wait for the answer. */
  sender._get_drain = () => {
    if (!draining || queued() > 0) return false;
    draining = false;
    sender.delivery_count += sender.credit;
    sender.credit = 0;
    sent = limit;
    return true;
  };

  const onFlow = (frame: Frame<FlowFields> | undefined) => {
    if (!open || !handler) return;
    if (!attached()) {
      // Nothing may go out before our attach, which rhea writes on the next tick.
      setImmediate(() => onFlow(frame));
      return;
    }
    limit = sender.delivery_count + sender.credit;
    if (credit() > 0) guard(handler.onCredit);
    draining ||= frame?.performative.drain === true;
    if (draining || frame?.performative.echo) writeFlow();
  };

  const onDisposition = (
    delivery: RheaDelivery,
    onOutcome: NonNullable<Parameters<OutgoingLink["send"]>[2]>,
  ) => {
    let judged = false;
    return (state: Parameters<typeof readOutcome>[0], settled: boolean) => {
      const outcome: Outcome | undefined =
        readOutcome(state) ?? (settled ? { kind: "released" } : undefined);
      if (!outcome || judged) return;
      judged = true;
      guard(() => {
        const settlement = onOutcome(outcome);
        if (!settled && settlement !== undefined)
          session.deliveries.settle(delivery, writeSettlement(settlement));
      });
    };
  };

  const link: OutgoingLink = {
    ...info,
    sessionId: session.id,
    presettled,
    credit,
    send: (payload, tag, onOutcome) => {
      if (credit() <= 0) throw new Error(`link ${info.name} has no credit`);
      sent += 1;
      session.backPressure.add(payload.length);
      const delivery = sender.send(payload, tag, 0) as RheaDelivery;
      if (onOutcome && !presettled) {
        session.deliveries.expect(delivery.id, onDisposition(delivery, onOutcome));
      } else delivery.settled = true;
    },
    close: (error?: AmqpError) => info.close(error),
  };

  return {
    link,
    start: (accepted) => {
      handler = accepted;
      session.flowListeners.set(sender, onFlow);
    },
    closed: () => {
      if (!open) return;
      open = false;
      session.flowListeners.delete(sender);
      if (handler?.onClose) guard(handler.onClose);
    },
  };
}

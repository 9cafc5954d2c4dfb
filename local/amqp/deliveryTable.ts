import type {
  DeliveryBuffer,
  DispositionFields,
  RheaDelivery,
  RheaSession,
} from "./rheaInternals.ts";

/** Called once with the state of the peer's disposition, and whether the peer has settled. */
export type OnDisposition = (state: DispositionFields["state"], settled: boolean) => void;

/**
 * Holds a session's unsettled deliveries in place of rhea's ring buffer. The ring frees slots only in
 * order, so one long-locked message stops the session; and a receiver that settles second (§2.6.12
 * rcv-settle-mode 1) never frees any. Here each delivery leaves when it is settled.
 */
export type DeliveryTable = DeliveryBuffer & {
  readonly expect: (id: number, onDisposition: OnDisposition) => void;
  readonly settle: (delivery: RheaDelivery, state: unknown) => void;
  readonly onDisposition: (fields: DispositionFields) => void;
  readonly size: () => number;
};

export function createDeliveryTable(outgoing: RheaSession["outgoing"]): DeliveryTable {
  const deliveries = new Map<number, RheaDelivery>();
  const expected = new Map<number, OnDisposition>();
  let swept = 0;

  const remove = (id: number) => {
    deliveries.delete(id);
    expected.delete(id);
  };

  /** A range may be far wider than what is left of it. */
  const idsWithin = (first: number, end: number): readonly number[] =>
    end - first < deliveries.size
      ? Array.from({ length: Math.max(end - first + 1, 0) }, (_, index) => first + index)
      : [...deliveries.keys()].filter((id) => id >= first && id <= end);

  return {
    available: () => Number.MAX_SAFE_INTEGER,
    size: () => deliveries.size,
    push: (delivery) => void deliveries.set(delivery.id, delivery),
    by_id: (id) => deliveries.get(id),
    // rhea calls this after each write; what was sent since the last call may have been presettled.
    pop_if: (isFinished) => {
      let removed = 0;
      for (; swept < outgoing.next_pending_delivery; swept += 1) {
        const delivery = deliveries.get(swept);
        if (delivery && isFinished(delivery)) {
          remove(swept);
          removed += 1;
        }
      }
      return removed;
    },
    expect: (id, onDisposition) => void expected.set(id, onDisposition),
    settle: (delivery, state) => {
      delivery.update(true, state);
      delivery.remote_settled = true;
      remove(delivery.id);
    },
    onDisposition: ({ first, last, settled, state }) => {
      const end = Math.min(last ?? first, outgoing.next_delivery_id - 1);
      for (const id of idsWithin(first, end)) {
        const onDisposition = expected.get(id);
        if (settled) remove(id);
        onDisposition?.(state, settled === true);
      }
    },
  };
}

import type { PendingDispositions, RheaSession } from "./rheaInternals.ts";

/**
 * rhea compares outcomes only from the third delivery of a turn on: two settled together would both be
 * told the first one's. So what waits is written before a second one of another outcome joins it.
 */
export function separateOutcomes(session: RheaSession): void {
  const { incoming, outgoing } = session;
  const updateIncoming = incoming.update.bind(incoming);
  incoming.update = (delivery, settled, state) => {
    if (wouldBeMerged(incoming.updated, state)) incoming.process(session);
    updateIncoming(delivery, settled, state);
  };
  const updateOutgoing = outgoing.update.bind(outgoing);
  outgoing.update = (delivery, settled, state) => {
    if (wouldBeMerged(outgoing.pending_dispositions, state)) outgoing.process();
    updateOutgoing(delivery, settled, state);
  };
}

function wouldBeMerged(pending: PendingDispositions, state: unknown): boolean {
  return pending.length === 1 && pending[0]?.state !== state;
}

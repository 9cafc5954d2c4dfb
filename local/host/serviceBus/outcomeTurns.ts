/** Resolves when an operation of this outcome may begin; at once for all that share their turn's outcome. */
export type OutcomeTurns = (outcome: string) => Promise<void>;

/**
 * The client's AMQP library compares outcomes only from the third delivery of a turn on: of two messages
 * settled together, one completed and one dead-lettered, both would end as the first. So a turn of the
 * event loop belongs to one outcome, and another one waits for the next.
 */
export function createOutcomeTurns(nextTurn = afterThisTurn): OutcomeTurns {
  let current: string | undefined;
  return async function turnOf(outcome): Promise<void> {
    if (current === outcome) return;
    if (current !== undefined) {
      await nextTurn();
      await turnOf(outcome);
      return;
    }
    current = outcome;
    void nextTurn().then(() => {
      current = undefined;
    });
  };
}

function afterThisTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

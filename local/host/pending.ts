/** Counts work under way, so that one can wait for it to become less. */
export type Pending = {
  /** Must not reject. */
  readonly add: (work: Promise<void>) => void;
  /** Resolves as soon as so many or fewer are under way. */
  readonly atMost: (count: number) => Promise<void>;
};

export function createPending(): Pending {
  const underWay = new Set<Promise<void>>();
  return {
    add: (work) => {
      const tracked = work.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
    },
    atMost: async (count) => {
      while (underWay.size > count) await Promise.race(underWay);
    },
  };
}

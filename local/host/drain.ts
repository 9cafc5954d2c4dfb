import type { ListenerGroup } from "./listenerGroup.ts";

export type DrainStatus = {
  readonly state: "Disabled" | "InProgress" | "Completed";
  readonly outstandingInvocations: number;
  readonly outstandingRetries: number;
};

/** The host's drain mode: nothing new from triggers but HTTP, while what is in flight ends and is settled. */
export type Drain = {
  /** Enters drain mode; a second time has no effect. */
  readonly begin: () => void;
  readonly status: () => DrainStatus;
  /** Leaves drain mode: the listeners start anew. What is still in flight goes on to its end. */
  readonly resume: () => Promise<void>;
};

export function createDrain(listeners: ListenerGroup, inFlight: () => number): Drain {
  let draining: { isSettled: boolean } | undefined;

  return {
    begin: () => {
      if (draining !== undefined) return;
      const mode = { isSettled: false };
      draining = mode;
      void listeners
        .pause()
        .then(listeners.close)
        .then(() => {
          mode.isSettled = true;
        });
    },
    status: () => {
      // Entering drain mode ends the waits between retries, so there never is one outstanding.
      const counts = { outstandingInvocations: inFlight(), outstandingRetries: 0 };
      if (draining === undefined) return { state: "Disabled", ...counts };
      const isDone = draining.isSettled && counts.outstandingInvocations === 0;
      return { state: isDone ? "Completed" : "InProgress", ...counts };
    },
    resume: async () => {
      if (draining === undefined) return;
      draining = undefined;
      await listeners.start();
    },
  };
}

/** What feeds one function from outside. Both steps are done within the time it takes, without rejecting. */
export type Listener = {
  /** Takes nothing new; what is in flight goes on. */
  readonly pause: () => Promise<void>;
  /** Waits until what it has in flight is settled, then closes its connections. */
  readonly close: () => Promise<void>;
};

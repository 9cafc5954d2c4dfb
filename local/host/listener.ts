/** What feeds one function from outside. Both steps are done within the time it takes, without rejecting. */
export type Listener = {
  /** Takes nothing new; what is in flight goes on. */
  readonly pause: () => Promise<void>;
  /** Gives back what it holds and closes its connections; called when nothing is in flight any more. */
  readonly close: () => Promise<void>;
};

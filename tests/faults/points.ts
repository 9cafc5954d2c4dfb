/**
 * Named moments in the work of a host process, as far as they show at its borders. An `answered` call is one whose
 * answer has come in and has not been seen by the app yet; a `starting` one has not left.
 */
export type Point =
  | {
      /** Over node:http (tables) or fetch (targets). */
      readonly over: "http" | "fetch";
      readonly when: "starting" | "answered";
      readonly method: string;
      readonly path: RegExp;
    }
  | {
      readonly over: "bus";
      /** Text in what is sent. */
      readonly sent: string;
      /** What the bus answers it with. */
      readonly answer: "disposition" | "transfer";
    };

const answered = { when: "answered" } as const;

export const points = {
  /** The order is claimed, nothing has been done yet. */
  "after-begin": { over: "http", ...answered, method: "POST", path: /\/orders(\?|$)/ },
  /** Stock is reserved, and nobody knows. */
  "after-effect": { over: "fetch", ...answered, method: "POST", path: /^\/reservations/ },
  /** The warehouse has carried a command out, and the log does not know. */
  "after-dispatch": { over: "fetch", ...answered, method: "POST", path: /^\/commands/ },
  "after-write-back": {
    over: "fetch",
    ...answered,
    method: "PATCH",
    path: /contoso_fulfilments/,
  },
  "before-end": { over: "http", when: "starting", method: "POST", path: /\/\$batch/ },
  /** The order has ended, its message is not yet completed. */
  "after-end": { over: "http", ...answered, method: "POST", path: /\/\$batch/ },
  /** A door's reference is in queue `orders`, its caller has no answer. */
  "after-send": { over: "bus", sent: '"type":"Order', answer: "disposition" },
  /** The command is in queue `warehouse`, the step is not recorded. */
  "after-command": { over: "bus", sent: '"type":"requestShipment"', answer: "disposition" },
  /** The copy is scheduled, its original is not completed. */
  "after-schedule": {
    over: "bus",
    sent: "com.microsoft:schedule-message",
    answer: "transfer",
  },
} as const satisfies Record<string, Point>;

export type PointName = keyof typeof points;

/** What is to happen at the n-th passing of a point, in whichever process comes there first. */
export type Failure = {
  readonly point: PointName;
  readonly nth: number;
  readonly action: "kill" | "stop";
};

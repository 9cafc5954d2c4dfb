/**
 * What a failure means for the message or request that met it. Anything that is none of these counts
 * as retryable: an unknown failure may pass, and giving up early would lose work.
 */

type ErrorDetails = { readonly cause?: unknown; readonly field?: string };

/** No repetition can help: refuse the request, dead-letter the message now. `code` becomes the reason. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  readonly code: string;
  /** Path of the offending member, such as `lines[0].sku`, where one member is at fault. */
  readonly field: string | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.field = details.field;
  }
}

/** A keyed call that may have had its effect, and where its target tells whether it had. */
export type UncertainCall = {
  readonly target: string;
  readonly path: string;
  readonly key: string;
};

/** A target failed on this piece of work: try again later, and count the attempt. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  readonly code: string;
  /** The target's own wish (Retry-After); a longer backoff wins. */
  readonly retryAfterMs: number | undefined;
  /** Number of the attempt that failed where a record knows of more than the message does. */
  readonly attempt: number | undefined;
  /** Set where the call may have had its effect all the same. */
  readonly uncertain: UncertainCall | undefined;

  constructor(
    code: string,
    message: string,
    details: {
      readonly cause?: unknown;
      readonly retryAfterMs?: number | undefined;
      readonly attempt?: number | undefined;
      readonly uncertain?: UncertainCall | undefined;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.retryAfterMs = details.retryAfterMs;
    this.attempt = details.attempt;
    this.uncertain = details.uncertain;
  }
}

/** Not now, and nobody's fault: a lease is taken, a row not yet visible, our own storage down. No attempt is spent. */
export class ParkError extends Error {
  override readonly name = "ParkError";
  readonly code: string;
  /** How long to wait at least; the settlement adapter's own interval where absent. */
  readonly afterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    details: { readonly cause?: unknown; readonly afterMs?: number | undefined } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.afterMs = details.afterMs;
  }
}

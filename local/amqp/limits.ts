/*
 * What one listener, connection and session may take up: far more than any client of the SDKs needs,
 * and little enough that a broken or hostile one cannot starve the others.
 */
export const limits = {
  /** Open sockets of one listener. */
  connections: 5_000,
  /** AMQP sessions of one connection (the JavaScript SDKs open one for each link). */
  sessions: 8_192,
  /** Links of one session. */
  links: 1_024,
  /** Links of one connection. */
  connectionLinks: 5_000,
  /** Bytes of a frame that the peer may send us. */
  frameBytes: 65_536,
  /** Bytes that one connection may hold in messages whose last frame has not come. */
  incompleteBytes: 16 * 1_024 * 1_024,
  /** Bytes that all connections of a listener may hold in such messages. */
  incompleteBytesOfAll: 256 * 1_024 * 1_024,
  /** Bytes that wait for a peer that does not read, before nothing more is read from or given to it. */
  unreadBytes: 4 * 1_024 * 1_024,
  /** Bytes of replies that wait for the peer's credit; beyond them it hears that we are busy, beyond twice as many nothing. */
  waitingReplyBytes: 64 * 1_024 * 1_024,
  /** Time from a socket's opening to its AMQP open. */
  openWithinMs: 60_000,
} as const;

/* oxlint-disable no-underscore-dangle -- rhea's names */
import { AmqpError } from "./amqpError.ts";
import { checkFrames } from "./frameGuard.ts";
import { limits } from "./limits.ts";
import type { FrameHandlers, RheaConnection, RheaTransport } from "./rheaInternals.ts";

const PROTOCOL_HEADER = 8;
/** AMQP 1.0 §2.4.1: every peer takes frames of this size. */
const MIN_MAX_FRAME_SIZE = 512;
/** Node's timers wait no longer; rhea shows that we are alive after half of the peer's time-out. */
const MAX_IDLE_MS = 0x7fff_ffff;
const MIN_IDLE_MS = 1_000;

export type ConnectionGuard = {
  readonly sessionCount: () => number;
  /** Ends the connection. */
  readonly onFault: (error: unknown) => void;
};

/**
 * Holds a connection that rhea has just accepted to what `limits` allows, before rhea acts on what the
 * peer says. Whatever breaks a rule ends the connection.
 */
export function guardConnection(
  connection: RheaConnection,
  { sessionCount, onFault }: ConnectionGuard,
): void {
  for (const transport of [
    connection.amqp_transport,
    connection.sasl_transport?.transports?.[3].transport,
  ]) {
    if (transport) guardTransport(transport);
  }
  guardSessions(connection, sessionCount);
  guardWriting(connection, onFault);
  const handlers = connection as unknown as FrameHandlers;
  const onOpen = handlers.on_open.bind(connection);
  handlers.on_open = (frame) => {
    const { performative } = frame;
    const { max_frame_size: maxFrameSize, idle_time_out: idleTimeOut } = performative;
    // rhea would cut a message into fragments of no length, for ever.
    const frameSize = maxFrameSize ?? MIN_MAX_FRAME_SIZE;
    if (!(typeof frameSize === "number" && frameSize >= MIN_MAX_FRAME_SIZE)) {
      throw new AmqpError("amqp:not-allowed", "The max-frame-size is too small.");
    }
    // A time-out of next to nothing would keep us busy saying that we are alive.
    if (idleTimeOut) {
      performative.idle_time_out = Math.min(
        Math.max(Number(idleTimeOut) || MAX_IDLE_MS, MIN_IDLE_MS),
        MAX_IDLE_MS,
      );
    }
    onOpen(frame);
  };
}

function guardTransport(transport: RheaTransport): void {
  const read = transport.read.bind(transport);
  transport.read = (input) => {
    checkFrames(input, transport.header_received ? 0 : PROTOCOL_HEADER);
    return read(input);
  };
}

/** rhea writes on the next tick, where nobody would catch what a value that cannot be written throws. */
function guardWriting(connection: RheaConnection, onFault: ConnectionGuard["onFault"]): void {
  const process = connection._process.bind(connection);
  connection._process = () => {
    try {
      process();
    } catch (error) {
      onFault(error);
    }
  };
}

function guardSessions(connection: RheaConnection, sessionCount: () => number): void {
  const handlers = connection as unknown as FrameHandlers;
  const onBegin = handlers.on_begin.bind(connection);
  handlers.on_begin = (frame) => {
    if (sessionCount() >= limits.sessions) {
      throw new AmqpError(
        "amqp:resource-limit-exceeded",
        `A connection holds at most ${limits.sessions} sessions.`,
      );
    }
    if (connection.remote_channel_map[frame.channel]?.is_remote_open()) {
      throw new AmqpError(
        "amqp:connection:framing-error",
        `Channel ${frame.channel} has a session already.`,
      );
    }
    onBegin(frame);
  };
}

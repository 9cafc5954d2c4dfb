import type { Socket } from "node:net";
import type { Container, EventContext } from "rhea";
import { entityPath } from "./address.ts";
import { AmqpError, toAmqpError } from "./amqpError.ts";
import {
  acceptAttach,
  closeLink,
  isTerminus,
  linkInfo,
  postponeAttach,
  refuseAttach,
} from "./attach.ts";
import { createBackPressure } from "./backPressure.ts";
import { gatherWrites } from "./gatherWrites.ts";
import { guardConnection } from "./guardConnection.ts";
import { serveIncomingLink } from "./incomingLink.ts";
import { createIncompleteMessages, type HeldByAll } from "./incompleteMessages.ts";
import { limits } from "./limits.ts";
import type { AmqpNode, AttachReply, ConnectionInfo, MaybePromise } from "./node.ts";
import { createOutgoingLink } from "./outgoingLink.ts";
import { padPerformatives } from "./padPerformatives.ts";
import { acknowledgePromptly } from "./promptAck.ts";
import { createRequestRouter } from "./requestResponse.ts";
import type {
  RheaConnection,
  RheaLink,
  RheaReceiver,
  RheaSender,
  RheaSession,
  Terminus,
} from "./rheaInternals.ts";
import { prepareSession, type SessionState } from "./session.ts";

export type ConnectionOptions = {
  readonly container: Container;
  readonly resolve: (address: string) => AmqpNode | undefined;
  readonly incompleteOfAll: HeldByAll;
  /** Hears of protocol slips and of our own faults; none of them ends the process. */
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
};

export type ServedConnection = {
  readonly close: () => void;
  /** Detaches the links of this address or below it; answers how many. */
  readonly detach: (address: string, error: AmqpError) => number;
};

const CONNECTION_OPTIONS = {
  idle_time_out: 120_000,
  max_frame_size: limits.frameBytes,
  channel_max: limits.sessions - 1,
  tcp_no_delay: true,
  sender_options: { autosettle: false, treat_modified_as_released: false },
  receiver_options: { autoaccept: false, autosettle: false, credit_window: 1_000 },
};

/** Time for what is written to reach a peer whose connection has failed. */
const LAST_WORDS_MS = 1_000;

let lastId = 0;

/** Serves one client's connection until its socket closes. */
export function serveConnection(
  socket: Socket,
  { container, resolve, incompleteOfAll, log }: ConnectionOptions,
): ServedConnection {
  const connection = container.create_connection({
    ...CONNECTION_OPTIONS,
    reconnect: false,
  } as never) as RheaConnection;
  const router = createRequestRouter();
  const links = new Map<RheaLink, string>();
  const incomplete = createIncompleteMessages(incompleteOfAll);
  const backPressure = createBackPressure(socket, () => {
    for (const { flowListeners } of sessions.values()) {
      for (const listener of flowListeners.values()) listener(undefined);
    }
  });
  const sessions = new Map<RheaSession, SessionState>();
  lastId += 1;
  const id = lastId;
  const info = (): ConnectionInfo => ({ id, containerId: connection.container_id ?? "" });

  /** Runs an emulator's callback; a fault closes the link that caused it and nothing else. */
  const guardFor = (link: RheaLink) => (work: () => void) => {
    try {
      work();
    } catch (error) {
      log("link handler failed", { link: link.name, error });
      closeLink(link, toAmqpError(error));
    }
  };

  const onClosed = (link: RheaLink, session: SessionState, closed: () => void) => {
    const once = () => {
      links.delete(link);
      session.closeListeners.delete(once);
      closed();
    };
    session.closeListeners.add(once);
    link.once(link.is_receiver() ? "receiver_close" : "sender_close", once);
  };

  /** Opens with what the node answers, now or when its promise settles. */
  const attach = <Handler extends AttachReply>(
    link: RheaLink,
    open: () => MaybePromise<Handler>,
    start: (handler: Handler) => void,
  ) => {
    const accept = (handler: Handler) => {
      start(handler); // first, so that a handler hears of the link's end whatever the attach holds
      acceptAttach(link, handler);
    };
    const refuse = (error: unknown) => {
      if (!(error instanceof AmqpError)) log("link refused by a fault", { link: link.name, error });
      refuseAttach(link, toAmqpError(error));
    };
    try {
      const opening = open();
      if (!(opening instanceof Promise)) {
        accept(opening);
        return;
      }
      postponeAttach(link);
      const whenStillWanted = (work: () => void) => {
        if (!link.is_remote_open()) return;
        link.open();
        work();
      };
      opening.then(
        (handler) => whenStillWanted(() => accept(handler)),
        (error: unknown) => whenStillWanted(() => refuse(error)),
      );
    } catch (error) {
      refuse(error);
    }
  };

  const sessionOf = (link: RheaLink): SessionState => {
    const session = sessions.get(link.session);
    if (!session) throw new Error("link without a session");
    return session;
  };

  const serveReceiver = (receiver: RheaReceiver) => {
    const session = sessionOf(receiver);
    const address = entityPath(receiver.remote.attach?.target?.address ?? "");
    const link = { ...linkInfo(receiver, address, info()), sessionId: session.id };
    links.set(receiver, address);
    onClosed(receiver, session, () => incomplete.forget(receiver));
    attach(
      receiver,
      () => {
        const { answer, openIncoming } = nodeAt(receiver.remote.attach?.target, address, resolve);
        if (answer) return router.openRequests(link, answer);
        if (openIncoming) return openIncoming(link);
        throw new AmqpError("amqp:not-allowed", `'${address}' takes no messages`);
      },
      (handler) => {
        serveIncomingLink(receiver, handler);
        onClosed(receiver, session, () => handler.onClose && guardFor(receiver)(handler.onClose));
      },
    );
  };

  const serveSender = (sender: RheaSender) => {
    const session = sessionOf(sender);
    const address = entityPath(sender.remote.attach?.source?.address ?? "");
    const endpoint = createOutgoingLink(
      sender,
      session,
      linkInfo(sender, address, info()),
      guardFor(sender),
    );
    links.set(sender, address);
    onClosed(sender, session, endpoint.closed);
    attach(
      sender,
      () => {
        const { answer, openOutgoing } = nodeAt(sender.remote.attach?.source, address, resolve);
        if (answer) return router.openReplies(endpoint.link);
        if (openOutgoing) return openOutgoing(endpoint.link);
        throw new AmqpError("amqp:not-allowed", `'${address}' has no messages to give`);
      },
      endpoint.start,
    );
  };

  const endSession = (session: RheaSession) => {
    const state = sessions.get(session);
    sessions.delete(session);
    for (const closed of state?.closeListeners ?? []) closed();
  };

  gatherWrites(connection, socket);
  padPerformatives(connection);
  connection.on("session_open", ({ session }: EventContext) => {
    const opened = session as unknown as RheaSession;
    sessions.set(
      opened,
      prepareSession(opened, { backPressure, incomplete, linkCount: () => links.size }),
    );
  });
  connection.on("session_close", ({ session }: EventContext) =>
    endSession(session as unknown as RheaSession),
  );
  connection.on("receiver_open", ({ receiver }: EventContext) =>
    serveReceiver(receiver as unknown as RheaReceiver),
  );
  connection.on("sender_open", ({ sender }: EventContext) =>
    serveSender(sender as unknown as RheaSender),
  );
  for (const event of ["receiver_error", "sender_error", "session_error", "connection_error"]) {
    connection.on(event, () => log("peer reported an error", { event }));
  }
  for (const event of ["disconnected", "connection_close", "receiver_close", "sender_close"]) {
    connection.on(event, () => {}); // what follows is done where the socket, session or link ends
  }
  let failed = false;
  const onFault = (error: unknown) => {
    if (failed) return;
    failed = true;
    log("connection failed", { error });
    if (error instanceof AmqpError) {
      connection.close({ condition: error.condition, description: error.message });
      // eslint-disable-next-line no-underscore-dangle -- rhea ends the socket before its next tick
      connection._process();
    }
    socket.destroySoon();
    setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref(); // to a peer that does not read
  };
  connection.on("protocol_error", onFault);
  connection.on("error", onFault);
  const tooLate = setTimeout(() => socket.destroy(), limits.openWithinMs);
  tooLate.unref();
  connection.once("connection_open", () => clearTimeout(tooLate));
  socket.once("close", () => {
    clearTimeout(tooLate);
    for (const session of sessions.keys()) endSession(session);
  });
  connection.accept(socket);
  guardConnection(connection, { sessionCount: () => sessions.size, onFault });
  acknowledgePromptly(socket, connection);

  return {
    detach: (address, error) => {
      const wanted = address.toLowerCase();
      const detached = [...links].filter(([, at]) =>
        `${at.toLowerCase()}/`.startsWith(`${wanted}/`),
      );
      for (const [link] of detached) closeLink(link, error);
      return detached.length;
    },
    close: () => {
      connection.close({ condition: "amqp:connection:forced", description: "The broker stops." });
      setImmediate(() => socket.destroySoon());
    },
  };
}

function nodeAt(
  terminus: Terminus | null | undefined,
  address: string,
  resolve: ConnectionOptions["resolve"],
): AmqpNode {
  if (!isTerminus(terminus)) {
    throw new AmqpError("amqp:not-implemented", "Transactions are not supported.");
  }
  const node = resolve(address);
  if (!node) {
    throw new AmqpError("amqp:not-found", `The messaging entity '${address}' could not be found.`);
  }
  return node;
}

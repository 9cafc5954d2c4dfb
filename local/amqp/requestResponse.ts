import { AmqpError, toAmqpError } from "./amqpError.ts";
import { limits } from "./limits.ts";
import type { IncomingHandler, IncomingLink, OutgoingHandler, OutgoingLink } from "./node.ts";
import { type IncomingRequest, readRequest } from "./readRequest.ts";
import type { RequestHandler } from "./request.ts";
import { replyTo } from "./writeReply.ts";

type ReplyLink = { readonly link: OutgoingLink; readonly waiting: Buffer[] };

/**
 * The request and reply links of one connection. A reply goes to the receiver whose target is the
 * request's reply-to, else to the one of that name (JavaScript), else to the one of the same node in
 * the same AMQP session (uamqp sends no reply-to at all).
 */
export type RequestRouter = {
  readonly openRequests: (link: IncomingLink, answer: RequestHandler) => IncomingHandler;
  readonly openReplies: (link: OutgoingLink) => OutgoingHandler;
};

/** Tag of a reply; replies are settled or settled at once, so nobody asks by it. */
const REPLY_TAG = Buffer.from([0]);
/** What a waiting reply takes up beside its bytes, about: a flood of small ones must not cost nothing. */
const OVERHEAD = 1_024;
const sizeOf = ({ length }: Buffer) => length + OVERHEAD;

const tooBusy: RequestHandler = () => {
  throw new AmqpError("com.microsoft:server-busy", "Too many replies wait to be read.");
};

export function createRequestRouter(): RequestRouter {
  const replyLinks = new Set<ReplyLink>();
  let waitingBytes = 0;
  let last = Promise.resolve();

  const findReplyLink = (request: IncomingLink, replyAddress: string | undefined) => {
    const links = [...replyLinks];
    return (
      (replyAddress === undefined
        ? undefined
        : (links.find(({ link }) => link.peerAddress === replyAddress) ??
          links.find(({ link }) => link.name === replyAddress))) ??
      links.find(
        ({ link }) => link.sessionId === request.sessionId && link.address === request.address,
      )
    );
  };

  const flush = ({ link, waiting }: ReplyLink) => {
    while (waiting.length > 0 && link.credit() > 0) {
      const reply = waiting.shift();
      if (!reply) return;
      waitingBytes -= sizeOf(reply);
      link.send(reply, REPLY_TAG);
    }
  };

  const handle = async (link: IncomingLink, request: IncomingRequest, answer: RequestHandler) => {
    if (waitingBytes > 2 * limits.waitingReplyBytes) return;
    const isBusy = waitingBytes > limits.waitingReplyBytes;
    const reply = await replyTo(request, isBusy ? tooBusy : answer);
    waitingBytes += sizeOf(reply);
    // uamqp crashes unless the request's disposition is on the wire before the reply, and rhea
    // writes transfers first within a tick.
    setImmediate(() => {
      const target = findReplyLink(link, request.replyTo);
      if (!target) {
        waitingBytes -= sizeOf(reply);
        return;
      }
      target.waiting.push(reply);
      flush(target);
    });
  };

  return {
    openRequests: (link, answer) => ({
      onTransfer: (payload) => {
        const request = readRequest(payload, link.connection);
        // One after the other: what comes in one chunk would be answered before any reply is counted.
        last = last
          .then(() => handle(link, request, answer))
          .catch((error: unknown) => link.close(toAmqpError(error)));
      },
    }),
    openReplies: (link) => {
      const reply: ReplyLink = { link, waiting: [] };
      replyLinks.add(reply);
      return {
        onCredit: () => flush(reply),
        onClose: () => {
          replyLinks.delete(reply);
          for (const lost of reply.waiting) waitingBytes -= sizeOf(lost);
        },
      };
    },
  };
}

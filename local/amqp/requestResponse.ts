import type { IncomingHandler, IncomingLink, OutgoingHandler, OutgoingLink } from "./node.ts";
import { readRequest } from "./readRequest.ts";
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
const WAITING_LIMIT = 1_000;

export function createRequestRouter(): RequestRouter {
  const replyLinks = new Set<ReplyLink>();

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
      if (reply) link.send(reply, REPLY_TAG);
    }
  };

  return {
    openRequests: (link, answer) => ({
      onTransfer: (payload) => {
        const request = readRequest(payload, link.connection);
        void replyTo(request, answer).then((reply) => {
          // uamqp crashes unless the request's disposition is on the wire before the reply, and rhea
          // writes transfers first within a tick.
          setImmediate(() => {
            const target = findReplyLink(link, request.replyTo);
            if (!target || target.waiting.length >= WAITING_LIMIT) return;
            target.waiting.push(reply);
            flush(target);
          });
        });
      },
    }),
    openReplies: (link) => {
      const reply: ReplyLink = { link, waiting: [] };
      replyLinks.add(reply);
      return {
        onCredit: () => flush(reply),
        onClose: () => void replyLinks.delete(reply),
      };
    },
  };
}

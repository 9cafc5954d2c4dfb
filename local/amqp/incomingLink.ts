import type { Delivery } from "rhea";
import { toAmqpError } from "./amqpError.ts";
import type { IncomingHandler } from "./node.ts";
import { rejectedWith, writeSettlement } from "./outcome.ts";
import type { RheaReceiver } from "./rheaInternals.ts";
import { PLAIN_UNDECODED } from "./session.ts";

type MessageEvent = {
  readonly message: unknown;
  readonly delivery: Delivery;
  readonly format?: number;
};

/**
 * Hands the link's transfers to its handler and settles each with the verdict. Always settled: rhea's
 * `accept` leaves that to a client that settles second, and such a client waits for us.
 */
export function serveIncomingLink(receiver: RheaReceiver, handler: IncomingHandler): void {
  receiver.on("message", ({ message, delivery, format }: MessageEvent) => {
    const accept = () => delivery.update(true, writeSettlement("accepted"));
    const reject = (error: unknown) => delivery.update(true, rejectedWith(toAmqpError(error)));
    try {
      const work = handler.onTransfer(
        message as Buffer,
        format === undefined || format === PLAIN_UNDECODED ? 0 : format,
      );
      if (work) work.then(accept, reject);
      else accept();
    } catch (error) {
      reject(error);
    }
  });
}

import type { FulfilmentPorts } from "../domain/fulfilOrder.ts";
import { ParkError } from "../errors.ts";
import { messageIdOf } from "../patterns/digest.ts";
import type { MessageSender } from "./serviceBusSender.ts";

/** Sends warehouse commands under their own keys as message ids. Our own bus being down is nobody's attempt. */
export function createSendCommand({
  send,
}: Pick<MessageSender, "send">): FulfilmentPorts["sendCommand"] {
  return async (command) => {
    try {
      await send({ body: command, messageId: messageIdOf(command.key) });
    } catch (cause) {
      throw new ParkError("bus-unavailable", "queue warehouse did not take the command", { cause });
    }
  };
}

import type { FulfilmentPorts } from "../domain/fulfilOrder.ts";
import { ParkError, TerminalError } from "../errors.ts";
import { messageIdOf } from "../patterns/digest.ts";
import type { MessageSender } from "./serviceBusSender.ts";

/**
 * Sends warehouse commands under their own keys as message ids. Our own bus being down is nobody's attempt; a command that
 * no message can hold is TerminalError `command-too-large`.
 */
export function createSendCommand({
  send,
}: Pick<MessageSender, "send">): FulfilmentPorts["sendCommand"] {
  return async (command) => {
    try {
      await send({ body: command, messageId: messageIdOf(command.key) });
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "MessageSizeExceeded") {
        throw new TerminalError("command-too-large", "no message holds the command", { cause });
      }
      throw new ParkError("bus-unavailable", "queue warehouse did not take the command", { cause });
    }
  };
}

import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { createOutcomeTurns, type OutcomeTurns } from "./outcomeTurns.ts";

/** The lock token belongs to no message that a function holds, or that message is settled already. */
export class UnknownLockTokenError extends Error {
  override readonly name = "UnknownLockTokenError";
}

/** One message while a function has it. Settling it twice is refused. */
export type Delivery = {
  readonly message: ServiceBusReceivedMessage;
  readonly receiver: ServiceBusReceiver;
  readonly isSettled: () => boolean;
  /** Runs the settlement, apart from those of another outcome; only one that succeeds counts. Rejects with its error. */
  readonly settle: (
    outcome: string,
    operation: (receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) => Promise<void>,
  ) => Promise<void>;
};

/** All messages that functions hold, by lock token, so that the app can settle them over gRPC. */
export type Deliveries = {
  readonly add: (receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) => Delivery;
  readonly remove: (delivery: Delivery) => void;
  /** Throws UnknownLockTokenError. */
  readonly get: (lockToken: string) => Delivery;
};

export function createDeliveries(): Deliveries {
  const held = new Map<string, Delivery>();
  const turns = new WeakMap<ServiceBusReceiver, OutcomeTurns>();
  return {
    add: (receiver, message) => {
      const turnOf = turns.get(receiver) ?? createOutcomeTurns();
      turns.set(receiver, turnOf);
      const delivery = createDelivery(receiver, message, turnOf);
      held.set(tokenOf(message), delivery);
      return delivery;
    },
    remove: ({ message }) => {
      held.delete(tokenOf(message));
    },
    get: (lockToken) => {
      const delivery = held.get(lockToken.toLowerCase());
      if (delivery === undefined) {
        throw new UnknownLockTokenError("The provided lock token is not known");
      }
      return delivery;
    },
  };
}

function createDelivery(
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  turnOf: OutcomeTurns,
): Delivery {
  let state: "held" | "settling" | "settled" = "held";
  return {
    message,
    receiver,
    isSettled: () => state !== "held",
    settle: async (outcome, operation) => {
      if (state !== "held") {
        throw new UnknownLockTokenError("The message of that lock token is already settled");
      }
      state = "settling";
      try {
        await turnOf(outcome);
        await operation(receiver, message);
        state = "settled";
      } catch (error) {
        state = "held";
        throw error;
      }
    },
  };
}

function tokenOf({ lockToken = "" }: ServiceBusReceivedMessage): string {
  return lockToken.toLowerCase();
}

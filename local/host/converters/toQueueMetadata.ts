import type { QueueMessage } from "../storageQueue/queuePort.ts";
import type { TriggerMetadata } from "../typedData.ts";
import { toTypedText } from "./toTypedText.ts";

/** Trigger metadata of a storage queue's message, by the names of Storage extension 5.x. */
export function toQueueMetadata(message: QueueMessage, text: string): TriggerMetadata {
  return {
    QueueTrigger: toTypedText(text),
    DequeueCount: { json: String(message.dequeueCount) },
    ExpirationTime: instant(message.expiresOn),
    Id: toTypedText(message.messageId),
    InsertionTime: instant(message.insertedOn),
    NextVisibleTime: instant(message.nextVisibleOn),
    PopReceipt: toTypedText(message.popReceipt),
  };
}

function instant(date: Date): { readonly json: string } {
  return { json: JSON.stringify(date.toISOString().replace("Z", "+00:00")) };
}

import type { Time } from "../../time.ts";
import type { Organization } from "../organization.ts";
import type { Door, Posted } from "./door.ts";
import type { QueueSender } from "./queueSender.ts";
import { withinSize } from "./sizeLimit.ts";

const SIZE_LIMIT_BYTES = 192 * 1024;
const claims = "http://schemas.microsoft.com/xrm/2011/Claims";

type QueueDoorOptions = {
  readonly sender: QueueSender;
  readonly organization: Organization;
  readonly time: Time;
  /** 32 hex digits, another one for each message: duplicate detection cannot recognise a repeat. */
  readonly newMessageId: () => string;
};

/** Posts to the service endpoint's queue. The bus failing is worth another try; a body that stays too large is not. */
export function createQueueDoor({
  sender,
  organization,
  time,
  newMessageId,
}: QueueDoorOptions): Door {
  return {
    post: async (posting): Promise<Posted> => {
      const { body, stripped } = withinSize(posting, SIZE_LIMIT_BYTES);
      const at = time.now();
      if (stripped && body.byteLength > SIZE_LIMIT_BYTES) {
        const message = `${body.byteLength} bytes are left after removing the large members`;
        return { attempts: [{ at, status: "too-large" }], outcome: "failed", message };
      }
      try {
        await sender.send({
          body,
          contentType: "application/json",
          messageId: newMessageId(),
          applicationProperties: {
            [`${claims}/Organization`]: organization.host,
            [`${claims}/User`]: organization.userId,
            [`${claims}/InitiatingUser`]: organization.userId,
            [`${claims}/EntityLogicalName`]: posting.entityName,
            [`${claims}/RequestName`]: posting.requestName,
            ...(stripped && { MessageMaxSizeExceeded: true }),
            ...posting.extra,
          },
        });
        return { attempts: [{ at, status: "accepted" }], outcome: "delivered", message: "" };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { attempts: [{ at, status: "bus-error" }], outcome: "retry-later", message };
      }
    },
  };
}

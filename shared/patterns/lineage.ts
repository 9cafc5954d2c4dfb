import { createHash } from "node:crypto";

/** Service Bus refuses longer message ids. */
const MAX_LENGTH = 128;

const HOP = /~\d+$/;

/**
 * Message id of a copy: the id of the message it is made from plus its hop number. Only the crash-repeat of the same
 * send repeats an id, so duplicate detection drops that one and no intended copy. `order~3` gives `order~4`; a root
 * too long for a suffix is replaced by its digest, the same one each time.
 */
export function copyId(parentId: string, hop: number): string {
  const suffix = `~${hop}`;
  const root = parentId.replace(HOP, "");
  if (root.length + suffix.length <= MAX_LENGTH) return root + suffix;
  return createHash("sha256").update(root).digest("hex") + suffix;
}

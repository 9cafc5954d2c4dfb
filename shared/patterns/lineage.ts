import { createHash } from "node:crypto";

/** Service Bus refuses longer message ids. */
const MAX_LENGTH = 128;

/**
 * Message id of a copy: the id of the root plus the copy's hop number. Only the crash-repeat of the same send repeats
 * an id, so duplicate detection drops that one and no intended copy. `order~3` at hop 3 gives `order~4`, while a root
 * that happens to end like a copy keeps its end. A root too long for a suffix is replaced by its digest, the same one
 * each time.
 */
export function copyId(parentId: string, hop: number): string {
  const suffix = `~${hop}`;
  const parentSuffix = `~${hop - 1}`;
  const isCopy = hop > 1 && parentId.endsWith(parentSuffix);
  const root = isCopy ? parentId.slice(0, -parentSuffix.length) : parentId;
  if (root.length + suffix.length <= MAX_LENGTH) return root + suffix;
  return createHash("sha256").update(root).digest("hex") + suffix;
}

import type { TriggerMetadata, TypedData } from "../typedData.ts";
import { toTypedText } from "./toTypedText.ts";

/**
 * The real host's trap: when a single trigger value is the text of a JSON object, its top-level members
 * but arrays are written over the trigger metadata, whatever their case; scalars become texts. A body with
 * a member `messageId` thereby hides the message's own id (nodejs-library#459).
 */
export function withBodyMetadata(metadata: TriggerMetadata, body: string): TriggerMetadata {
  const members = objectMembers(body);
  if (members === undefined) return metadata;
  const names = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  const merged: Record<string, TypedData> = { ...metadata };
  for (const [name, value] of Object.entries(members)) {
    if (Array.isArray(value)) continue;
    const known = names.get(name.toLowerCase()) ?? name;
    if (value === null) delete merged[known];
    else
      merged[known] = typeof value === "object" ? { json: JSON.stringify(value) } : scalar(value);
    names.set(name.toLowerCase(), known);
  }
  return merged;
}

function scalar(value: unknown): TypedData {
  // .NET writes booleans with a capital letter.
  if (typeof value === "boolean") return toTypedText(value ? "True" : "False");
  return toTypedText(String(value));
}

function objectMembers(body: string): object | undefined {
  if (!/^\s*\{/.test(body) || !/\}\s*$/.test(body)) return undefined;
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === "object" && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

import { parseDigits } from "../digits.ts";
import { contractJson } from "../pipeline/contractJson.ts";
import type { Posting } from "./door.ts";

const strippedMembers = ["ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages"];

/** The body as it may leave: over the limit it loses the four large members, whatever is left of it. */
export function withinSize(
  { body, verbatim = false }: Pick<Posting, "body" | "verbatim">,
  limitBytes: number,
): { body: Buffer; stripped: boolean } {
  if (verbatim || body.byteLength <= limitBytes) return { body, stripped: false };
  const members = Object.entries(parseDigits(body.toString()) as Record<string, unknown>);
  const kept = members.filter(([name]) => !strippedMembers.includes(name));
  return { body: Buffer.from(contractJson(Object.fromEntries(kept))), stripped: true };
}

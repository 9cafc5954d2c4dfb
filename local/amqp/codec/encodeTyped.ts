import type { Typed } from "rhea";
import rhea from "rhea";

type ValueWriter = { readonly write: (value: Typed) => void; readonly toBuffer: () => Buffer };
const { Writer } = rhea.types as unknown as { Writer: new () => ValueWriter };

/** The value as it goes over the wire; a value that came over the wire keeps its type. */
export function encodeTyped(value: Typed): Buffer {
  const writer = new Writer();
  writer.write(value);
  return writer.toBuffer();
}

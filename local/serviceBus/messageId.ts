import { encodeSection, itemsOf } from "../amqp/codec/compound.ts";
import { encodeString, isNull, readText } from "../amqp/codec/scalar.ts";
import { PROPERTIES, type Sections } from "../amqp/codec/sections.ts";

/**
 * The message id as text to compare by, undefined when the sender gave none. Ids of other types than
 * string (ulong, uuid, binary) are told apart by their encoding.
 */
export function readMessageId(properties: Buffer | undefined): string | undefined {
  const id = properties && itemsOf(properties)[0];
  if (!id || isNull(id)) return undefined;
  return readText(id) ?? `\u0000${id.toString("hex")}`;
}

/** A copy of the bare message with this id in its properties. */
export function withMessageId({ properties, bare }: Sections, id: string): Buffer {
  const otherFields = properties ? itemsOf(properties).slice(1) : [];
  const encoded = encodeSection(PROPERTIES, "list", [encodeString(id), ...otherFields]);
  const rest = bare.subarray(properties ? offsetAfter(properties, bare) : 0);
  return Buffer.concat([encoded, rest]);
}

function offsetAfter(view: Buffer, whole: Buffer): number {
  return view.byteOffset + view.length - whole.byteOffset;
}

import type { Cardinality, DataType } from "../functions.ts";
import type { TypedData } from "../typedData.ts";

/** The bodies of one invocation as its trigger's input: one, or all of a batch, as text or as bytes. */
export function toTypedBody(
  bodies: readonly Uint8Array[],
  cardinality: Cardinality,
  dataType: DataType,
): TypedData {
  const [first = new Uint8Array()] = bodies;
  if (dataType === "binary") {
    return cardinality === "one" ? { bytes: first } : { collectionBytes: { bytes: bodies } };
  }
  return cardinality === "one"
    ? { string: toText(first) }
    : { collectionString: { string: bodies.map(toText) } };
}

/** UTF-8 without regard to errors, as .NET's BinaryData does it. A byte order mark stays. */
export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

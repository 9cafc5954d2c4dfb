/** The parts of a received message that hold its body; `body` is unparsed. */
export type RawBody = {
  readonly body: unknown;
  readonly _rawAmqpMessage: { readonly bodyType?: "data" | "value" | "sequence" | undefined };
};

/** The message's body cannot be given to a function as bytes or text. */
export class UnsupportedBodyError extends Error {
  override readonly name = "UnsupportedBodyError";
}

/**
 * The body's bytes: a data section's content, or the UTF-8 of a value section that holds a text. The real
 * host throws for other values and for sequences, so such a message fails until it is dead-lettered.
 */
export function toMessageBody({ body, _rawAmqpMessage: { bodyType } }: RawBody): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (bodyType !== "sequence" && typeof body === "string") return Buffer.from(body, "utf8");
  // Several data sections are one body (AMQP 1.0 §3.2.6).
  if (bodyType === "data" && Array.isArray(body)) return Buffer.concat(body as Buffer[]);
  if (body === undefined || body === null) return new Uint8Array();
  throw new UnsupportedBodyError(`a message body of type ${bodyType ?? typeof body}`);
}

import { TerminalError } from "../errors.ts";

/** A request that came in, or an answer to one of ours. */
type Carrier = {
  readonly headers: { readonly get: (name: string) => string | null };
  readonly body: unknown;
};

/**
 * The raw body, never more than `maxBytes` of it in memory; a longer one is TerminalError `too-large`
 * (413), judged by Content-Length first. An absent body is empty.
 */
export async function readBody(
  { headers, body }: Carrier,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Uint8Array> {
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes); // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): TerminalError {
  return new TerminalError("too-large", `the body is larger than the ${maxBytes} bytes allowed`);
}

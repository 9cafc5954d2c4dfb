import { request } from "node:http";

export type PostRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** From connecting to the last byte of the answer. */
  readonly timeoutMs: number;
};

export type PostResult =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "timeout" }
  | { readonly kind: "unreachable"; readonly reason: string };

/**
 * One POST over a connection of its own: plug-ins and webhooks must not keep connections alive,
 * since a stale pooled one stalls for long. Never throws.
 */
export function post({ url, headers, body, timeoutMs }: PostRequest): Promise<PostResult> {
  return new Promise((resolve) => {
    const outgoing = request(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, connection: "close", "content-length": body.byteLength },
    });
    const finish = (result: PostResult) => {
      clearTimeout(timer);
      resolve(result);
      outgoing.destroy();
    };
    const timer = setTimeout(() => finish({ kind: "timeout" }), timeoutMs);
    const unreachable = (error: Error) => finish({ kind: "unreachable", reason: error.message });
    outgoing.on("error", unreachable);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", unreachable);
      response.on("end", () =>
        finish({
          kind: "answered",
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.end(body);
  });
}

import { HttpRequest, type HttpRequestInit, type HttpResponseInit } from "@azure/functions";
import type { RecordingApp } from "./recordingApp.ts";
import { recordingContext } from "./recordingContext.ts";

export type CallOptions = {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly params?: Record<string, string>;
  /** Text, bytes, or an object that is sent as JSON with its content type. */
  readonly body?: unknown;
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
};

/** Calls an HTTP function as the host does once it has let the request through. */
export async function callHttp(
  app: RecordingApp,
  name: string,
  { method = "POST", url = "http://localhost:7071/api/x", headers, params, body }: CallOptions = {},
): Promise<Answer> {
  const options = app.https.get(name);
  if (options === undefined) throw new Error(`no HTTP function ${name}`);
  const isRaw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const init: HttpRequestInit = {
    method,
    url,
    headers: { ...(!isRaw && { "content-type": "application/json" }), ...headers },
    ...(params && { params }),
    ...(body !== undefined && { body: isRaw ? toBody(body) : { string: JSON.stringify(body) } }),
  };
  const answer = await options.handler(new HttpRequest(init), recordingContext().context);
  return toAnswer(answer);
}

function toBody(body: string | Uint8Array): NonNullable<HttpRequestInit["body"]> {
  return typeof body === "string" ? { string: body } : { bytes: body };
}

function toAnswer({ status = 200, headers, jsonBody, body }: HttpResponseInit): Answer {
  const text = jsonBody === undefined ? ((body ?? "") as string) : JSON.stringify(jsonBody);
  return {
    status,
    headers: new Headers(headers),
    text,
    json: text === "" ? undefined : JSON.parse(text),
  };
}

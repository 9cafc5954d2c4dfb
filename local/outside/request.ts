export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // Whoever asks knows the shape; demo and tests compare whole values.
  readonly body: Record<string, unknown>;
};

/** One HTTP call with a JSON body each way; an empty answer is an empty object. */
export async function request(
  method: string,
  url: string,
  { body, headers }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** The same, for calls that must succeed. */
export async function succeed(...call: Parameters<typeof request>): Promise<Answer> {
  const answer = await request(...call);
  if (answer.status < 300) return answer;
  throw new Error(
    `${call[0]} ${call[1]} answered ${answer.status}: ${JSON.stringify(answer.body)}`,
  );
}

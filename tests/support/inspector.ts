import { withinMs } from "../../local/withinMs.ts";

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

/** A debugger's end of the Chrome DevTools Protocol, as VS Code talks to Node. */
export type Inspector = {
  /** Resolves with the command's result. */
  readonly call: <T>(method: string, params?: object) => Promise<T>;
  /** Resolves with the first event of that name, past ones included. */
  readonly event: <T>(method: string) => Promise<T>;
  readonly close: () => void;
};

const ANSWER_LIMIT_MS = 10_000;

export async function connectInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const answers = new Map<number, (message: Message) => void>();
  const events = new Map<string, PromiseWithResolvers<unknown>>();
  const eventOf = (method: string) => {
    const known = events.get(method) ?? Promise.withResolvers<unknown>();
    events.set(method, known);
    return known;
  };
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) answers.get(message.id)?.(message);
    else if (message.method !== undefined) eventOf(message.method).resolve(message.params);
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`no inspector at ${url}`)));
  });
  await withinMs(ANSWER_LIMIT_MS, "connecting to the inspector", opened);

  let calls = 0;
  return {
    call: async <T>(method: string, params: object = {}) => {
      calls += 1;
      const id = calls;
      const answered = new Promise<Message>((resolve) => answers.set(id, resolve));
      socket.send(JSON.stringify({ id, method, params }));
      const { result, error } = await withinMs(ANSWER_LIMIT_MS, method, answered);
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result as T;
    },
    event: async <T>(method: string) =>
      (await withinMs(ANSWER_LIMIT_MS, method, eventOf(method).promise)) as T,
    close: () => socket.close(),
  };
}

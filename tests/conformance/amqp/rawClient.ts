import { once } from "node:events";
import rhea, { type Connection, type Session, type Typed } from "rhea";
import type { Frame, RheaSession, TransferFields } from "../../../local/amqp/rheaInternals.ts";

/** Either a connection, whose one session then carries every link, or a session of it. */
type Opener = Pick<Connection & Session, "open_sender" | "open_receiver">;

/** A connection by rhea alone: what the SDKs hide can be sent and seen. */
export async function rawClient(connectionString: string): Promise<Connection> {
  const port = Number(/:(\d+);/.exec(connectionString)?.[1]);
  const connection = rhea
    .create_container({ id: "raw" })
    .connect({ host: "127.0.0.1", port, reconnect: false, username: "anyone" });
  connection.on("connection_error", () => {});
  connection.on("disconnected", () => {});
  await once(connection, "connection_open");
  return connection;
}

export type Outcome = { readonly state: string; readonly condition: string | undefined };

/** Sends one encoded message as it is, and waits for the verdict. */
export async function sendRaw(
  opener: Opener,
  address: string,
  payload: Buffer,
  format = 0,
): Promise<Outcome> {
  const sender = opener.open_sender(address);
  const verdict = new Promise<Outcome>((resolve) => {
    for (const state of ["accepted", "rejected", "released"]) {
      sender.once(state, ({ delivery }: rhea.EventContext) => {
        const { error } = (delivery?.remote_state ?? {}) as { error?: { condition: string } };
        resolve({ state, condition: error?.condition });
      });
    }
    sender.once("sender_error", () =>
      resolve({ state: "detached", condition: conditionOf(sender) }),
    );
  });
  sender.once("sendable", () => sender.send(payload, undefined, format));
  const outcome = await verdict;
  sender.close();
  return outcome;
}

/** The next message as its bytes; it is settled. A filter says where reading a hub begins. */
export async function receiveRaw(
  opener: Opener,
  address: string,
  filter: Readonly<Record<string, Typed>> = {},
): Promise<Buffer> {
  const receiver = opener.open_receiver({ source: { address, filter }, credit_window: 0 });
  undecoded(receiver.session);
  receiver.add_credit(1);
  const [{ message }] = (await once(receiver, "message")) as [{ message: unknown }];
  receiver.close();
  return message as Buffer;
}

/** Why the broker refuses a link; undefined when it does not. */
export async function refusal(link: rhea.Sender | rhea.Receiver): Promise<string | undefined> {
  const kind = link.is_sender() ? "sender" : "receiver";
  return new Promise((resolve) => {
    link.once(`${kind}_error`, () => resolve(conditionOf(link)));
    link.once(link.is_sender() ? "sendable" : "receiver_flow", () => resolve(undefined));
  });
}

export type Reply = {
  readonly status: number;
  readonly condition: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Asks an entity's `$management`; values of the body that are typed keep their types. */
export async function request(
  opener: Opener,
  address: string,
  operation: string,
  body: Readonly<Record<string, Typed>> | string,
): Promise<Reply> {
  const replyTo = `replies-${Math.random()}`;
  const replies = opener.open_receiver({ source: { address }, target: { address: replyTo } });
  const requests = opener.open_sender(address);
  await once(requests, "sendable");
  requests.send({
    application_properties: { operation },
    reply_to: replyTo,
    message_id: "1",
    body,
  });
  const [{ message }] = (await once(replies, "message")) as [{ message: rhea.Message }];
  replies.close();
  requests.close();
  const { statusCode, errorCondition } = message.application_properties ?? {};
  return {
    status: statusCode as number,
    condition: errorCondition as string | undefined,
    body: message.body as Reply["body"],
  };
}

function conditionOf(link: rhea.Sender | rhea.Receiver): string | undefined {
  return (link.error as { condition?: string } | undefined)?.condition;
}

/** rhea decodes messages of format 0 only. */
function undecoded(session: Session): void {
  const { incoming } = session as unknown as RheaSession;
  const onTransfer = incoming.on_transfer.bind(incoming);
  incoming.on_transfer = (frame: Frame<TransferFields>, link) => {
    frame.performative.message_format ||= 1;
    onTransfer(frame, link);
  };
}

import { ServiceBusClient } from "@azure/service-bus";
import { QUEUES } from "../arena.ts";
import { drained } from "../drained.ts";
import type { DeadMessage } from "../oracle/evidence.ts";
import { deadMessages } from "../queues.ts";
import type { Row, RowContext } from "../row.ts";

const deep = (depth: number) => Buffer.from("[".repeat(depth) + "]".repeat(depth));
const wide = (keys: number) =>
  Buffer.from(`{${Array.from({ length: keys }, (_none, key) => `"k${key}":1`).join()}}`);

const id = "6420f0cc-916b-ee11-9ae6-000d3a2b1c01";
/** Of the right shape, but with a name that the table refuses as a key. */
const reference = {
  schema: 1,
  type: "OrderChanged",
  table: "a/b",
  rowId: id,
  correlationId: id,
  inTransaction: false,
  door: "webhook",
  firstSeenAt: 1,
};
/** Of the right shape, but with a key that no header carries. */
const command = {
  schema: 1,
  type: "requestShipment",
  order: `salesorder:${id}`,
  orderNumber: "F-1",
  submission: id,
  sequence: 1,
  key: "\u{1f512}",
  lines: [],
};

/** Bodies that no repetition makes acceptable. */
const corpus: readonly (readonly [name: string, body: () => Buffer])[] = [
  ["truncated", () => Buffer.from('{"PrimaryEntityName":"salesorder","Primary')],
  ["nothing", () => Buffer.alloc(0)],
  ["invalid UTF-8", () => Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
  ["UTF-16", () => Buffer.from('{"PrimaryEntityName":"salesorder"}', "utf16le")],
  ["NaN", () => Buffer.from('{"PrimaryEntityName":NaN}')],
  ["1e400", () => Buffer.from('{"PrimaryEntityName":1e400,"PrimaryEntityName":2}')],
  ["lone surrogate", () => Buffer.from('{"PrimaryEntityName":"\\ud800","MessageName":[]}')],
  ["5,000 deep", () => deep(5_000)],
  ["100,000 deep", () => deep(100_000)],
  ["20,000 keys", () => wide(20_000)],
  ["gzip header", () => Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00])],
  ["a number", () => Buffer.from("42")],
  ["a reference to no table", () => Buffer.from(JSON.stringify(reference))],
  ["a command without a usable key", () => Buffer.from(JSON.stringify(command))],
];

const PATHS = ["webhooks/dataverse", "orders", "credit-checks"] as const;

async function post({ stack }: RowContext, path: string, body: Buffer): Promise<number> {
  const response = await fetch(`${stack.host.info.url}/api/${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-functions-key": stack.keys.function,
      "idempotency-key": '"hostile"',
    },
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return response.status;
}

export const hostileBodies: Row = {
  name: "hostile-bodies",
  fault: "bodies that break parsers come in through every door and queue, among healthy orders",
  holds:
    "each is refused or dead at its first delivery, never 500; the healthy orders do not notice",
  // By class: what each of them is dead for.
  deadLetters: ["malformed-json", "invalid-utf8", "too-deep", "too-large", "invalid", "no-key"],
  async run(context) {
    const { orders, stack, between } = context;
    const first = between(0, corpus.length - 1);
    const picked = [...corpus, ...corpus].slice(first, first + between(5, 8));
    const client = new ServiceBusClient(stack.connectionStrings.broker);
    try {
      const placed = orders.place(between(5, 8));
      const statuses = await Promise.all(
        picked.flatMap(([name, body]) =>
          PATHS.map(async (path) => ({ name, path, status: await post(context, path, body()) })),
        ),
      );
      for (const queue of QUEUES) {
        const sender = client.createSender(queue);
        for (const [, body] of picked) await sender.sendMessages({ body: body() });
      }
      await placed;
      await drained(context, 30_000);
      return [...refusals(statuses), ...burials(await deadMessages(context), picked.length)];
    } finally {
      await client.close();
    }
  },
};

type Status = { readonly name: string; readonly path: string; readonly status: number };

/** A door keeps what it cannot read and says 202; the others say whose fault it is. */
function refusals(statuses: readonly Status[]): string[] {
  return statuses
    .filter(({ status }) => status !== 202 && (status < 400 || status >= 500))
    .map(({ name, path, status }) => `${path} answered ${name} with ${status}`);
}

function burials(dead: readonly DeadMessage[], count: number): string[] {
  const again = dead.filter(({ deliveries }) => deliveries > 1);
  const misnamed = dead.filter(
    ({ messageId, reason, text }) =>
      messageId.startsWith("dead-body:") && !text.includes(`"reason":"${reason}"`),
  );
  return [
    ...misnamed.map(({ messageId, reason }) => `${messageId} is dead for ${reason}`),
    ...again.map(
      ({ queue, messageId, deliveries }) => `${queue}: ${messageId} came ${deliveries} times`,
    ),
    ...QUEUES.flatMap((queue) => {
      const buried = dead.filter((message) => message.queue === queue).length;
      return buried >= count ? [] : [`${queue} has ${buried} dead letters, ${count} are due`];
    }),
  ];
}

import { randomUUID } from "node:crypto";
import { ServiceBusClient } from "@azure/service-bus";
import type { Host } from "../../../local/hosts.ts";
import { request, succeed } from "../../../local/outside/request.ts";
import { until } from "../../../local/outside/until.ts";
import { breakerCalls, noStampede } from "../oracle/breakerCalls.ts";
import { queuesOf } from "../queues.ts";
import type { Row, RowContext } from "../row.ts";
import { findRow } from "../tableRows.ts";

const OPEN_MS = 4_000;
const PROBES = 2;
const FAILURES = 5;
const PARK_MS = 5_000;
/** The promise: in the ten seconds after it closes no second has more than three times the mean. */
const WINDOW = { sliceMs: 1_000, slices: 10 };
const PROBE_MS = 700;
const CROWD = 150;
/** Messages on their way at one moment, when all is parked. */
const CALM = 5;
const CALM_LIMIT_MS = 20_000;
/** What opens anywhere is open everywhere within a second; the rest is for the polls that find out. */
const SPREAD_MS = 1_000 + 400;

const settings = {
  BREAKER_OPEN_MS: String(OPEN_MS),
  BREAKER_PROBES: String(PROBES),
  BREAKER_FAILURES: String(FAILURES),
  PARK_DELAY_MS: String(PARK_MS),
  TARGET_TIMEOUT_MS: String(2 * PROBE_MS),
  LEASE_MS: "12000",
};

/** Commands for orders that nobody placed: the warehouse alone is of interest, and a message each is cheap. */
async function command({ stack, orders }: RowContext, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const id of ids) orders.expectCommand(id);
  const client = new ServiceBusClient(stack.connectionStrings.broker);
  try {
    const messages = ids.map((id) => {
      const submission = `salesorder:${id}:${randomUUID()}:OrderSubmitted`;
      const body = {
        schema: 1,
        type: "requestShipment",
        order: `salesorder:${id}`,
        orderNumber: "F-1",
        submission,
        sequence: 1,
        key: `${submission}:requestShipment`,
        lines: [{ sku: "BIKE-100", quantity: "1" }],
      };
      return { body, messageId: id, contentType: "application/json" };
    });
    await client.createSender("warehouse").sendMessages(messages);
  } finally {
    await client.close();
  }
}

async function drain({ stack }: RowContext, host: Host): Promise<void> {
  const headers = { "x-functions-key": stack.keys.master };
  await succeed("POST", `${host.info.url}/admin/host/drain`, { headers });
  await until("the host to be at rest", async () => {
    const { body } = await succeed("GET", `${host.info.url}/admin/host/drain/status`, { headers });
    return body["state"] === "Completed" || undefined;
  });
}

function resume({ stack }: RowContext, host: Host) {
  const headers = { "x-functions-key": stack.keys.master };
  return succeed("POST", `${host.info.url}/admin/host/resume`, { headers });
}

async function stateAt(host: Host): Promise<unknown> {
  const { body } = await request("GET", `${host.info.url}/api/health`);
  return (body["breakers"] as Record<string, unknown> | undefined)?.["warehouse"];
}

const failedCalls = async ({ world }: RowContext) =>
  (await world.standIns.ledger("warehouse")).calls.filter(({ status }) => status === 503);

/** As the judge reads it, around the app. */
async function storedState(context: RowContext): Promise<unknown> {
  const row = await findRow(context, "breakers", "breakers", "warehouse");
  const body = row?.["body"];
  return typeof body === "string" ? (JSON.parse(body) as { state?: unknown }).state : undefined;
}

/** When the parked messages are due, by the broker. */
async function scheduledTimes({ stack }: RowContext): Promise<{ readonly at: number }[]> {
  const client = new ServiceBusClient(stack.connectionStrings.broker);
  try {
    const messages = await client.createReceiver("warehouse").peekMessages(2 * CROWD);
    return messages.flatMap(({ scheduledEnqueueTimeUtc: due }) =>
      due === undefined ? [] : [{ at: due.getTime() }],
    );
  } finally {
    await client.close();
  }
}

export const breakerShared: Row = {
  name: "breaker-shared",
  fault: "a target dies for one host while the other is at rest; then both meet it",
  holds:
    "open in one is open in the other within 1 s, by the row alone; a bounded number of probes for both; no stampede",
  hosts: 2,
  settings,
  drainWithinMs: 60_000,
  async run(context) {
    const { world, fleet, between } = context;
    const [one, other] = fleet.hosts() as [Host, Host];
    await drain(context, other);
    await world.standIns.behave("warehouse", { mode: "failing", status: 503 });
    await command(context, between(FAILURES, FAILURES + 3));
    const failed = await until("the breaker to have reason to open", async () => {
      const calls = await failedCalls(context);
      return calls.length >= FAILURES ? calls : undefined;
    });
    const openedAt = failed[FAILURES - 1]?.at ?? Date.now();
    const problems: string[] = [];
    const isStored = async () => (await storedState(context)) === "open" || undefined;
    const isKnown = async () => (await stateAt(other)) === "open" || undefined;
    const within = (what: string, probe: () => Promise<true | undefined>) =>
      until(what, probe, SPREAD_MS).catch((error: Error) => void problems.push(error.message));
    await within("the breaker's row to say that it is open", isStored);
    await within("the other host to know that the breaker is open", isKnown);
    await Promise.all([drain(context, one), resume(context, other)]);
    await command(context, CROWD);
    await resume(context, one);
    const sentAt = Date.now();
    // All have come back once: how they are spread now is the jitter's doing, not the sender's.
    const isCalm = async () => {
      const [queue] = (await queuesOf(context)).filter(({ name }) => name === "warehouse");
      const underWay = (queue?.active ?? 0) + (queue?.locked ?? 0);
      return (Date.now() - sentAt > 1.5 * PARK_MS && underWay <= CALM) || undefined;
    };
    const calm = await until("the crowd to be parked", isCalm, CALM_LIMIT_MS).catch(() => false);

    // Probes that take their time show how many there are at once.
    await world.standIns.behave("warehouse", { mode: "slow", delayMs: PROBE_MS });
    const closedAt = await until(
      "the breaker to close",
      async () => {
        const { effects } = await world.standIns.ledger("warehouse");
        return effects[0]?.at;
      },
      2 * OPEN_MS + PARK_MS + 10_000,
    );
    const comeBackAt = await scheduledTimes(context);
    await world.standIns.behave("warehouse", { mode: "ok" });
    const { calls } = await world.standIns.ledger("warehouse");
    return [
      ...problems,
      ...breakerCalls(calls, {
        openedAt,
        until: openedAt + OPEN_MS,
        callMs: PROBE_MS,
        probes: PROBES,
        closedAt,
      }),
      // A machine that cannot keep up spreads them by itself.
      ...(calm ? noStampede(comeBackAt, { closedAt, ...WINDOW }) : []),
    ];
  },
};

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startAzurite } from "../local/azurite.ts";
import type { CheckCredit } from "../shared/domain/checkCredit.ts";
import { systemClock } from "../shared/patterns/clock.ts";
import { createCreditCheck } from "../shared/services/credit.ts";
import type { Row } from "./row.ts";

const PROMISED_MS = 1_500;
const SLOW_MS = 300;
const AT_ONCE = 16;
const CALLS = 800;
const decision = { decision: "approve", reason: "within-limit", limit: "10000", currency: "EUR" };

type Bureau = { readonly url: string; readonly stop: () => Promise<void> };

/**
 * Time of one credit check, 16 at once, each a new question: with a bureau that answers at once, held
 * against a bare call to the same bureau; with a slow one, held against its own delay; with one that
 * is dead (it hangs, which costs more than a refused connection), held against the time promised. Decisions are kept
 * in Azurite.
 */
export async function measureCreditCheck(): Promise<readonly Row[]> {
  const azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
  try {
    return await measure(azurite.connectionString);
  } finally {
    await azurite.stop();
  }
}

async function measure(tables: string): Promise<readonly Row[]> {
  const healthy = await startBureau(0);
  const slow = await startBureau(SLOW_MS);
  const dead = await startBureau(undefined);
  try {
    const check = aCheck(tables, healthy.url);
    await timesOf(CALLS / 4, () => ask(check));
    const bare = await timesOf(CALLS, () => askBare(healthy.url));
    const peer = { name: "bare call to the bureau, p50", value: quantile(bare, 0.5) };
    const delay = { name: "the bureau's own delay", value: SLOW_MS };
    const promise = { name: "time promised", value: PROMISED_MS };
    const times = {
      healthy: await timesOf(CALLS, () => ask(check)),
      slow: await timesOf(CALLS / 4, again(tables, slow.url)),
      dead: await afresh(tables, dead.url),
      deadAndKnown: await onceOpen(tables, dead.url, CALLS),
    };
    return [
      ...rows("bureau healthy", times.healthy, peer),
      ...rows("bureau slow", times.slow, delay),
      ...rows("bureau dead, breaker closed", times.dead, promise),
      ...rows("bureau dead, breaker open", times.deadAndKnown, promise),
      longestOf(Object.values(times).flat()),
    ];
  } finally {
    await Promise.all([healthy, slow, dead].map(({ stop }) => stop()));
  }
}

function again(tables: string, bureauUrl: string): () => Promise<void> {
  const check = aCheck(tables, bureauUrl);
  return () => ask(check);
}

/** The first calls of a process, before its breaker knows anything. */
function afresh(tables: string, bureauUrl: string): Promise<number[]> {
  return timesOf(AT_ONCE, again(tables, bureauUrl));
}

async function onceOpen(tables: string, bureauUrl: string, calls: number): Promise<number[]> {
  const next = again(tables, bureauUrl);
  await timesOf(AT_ONCE, next);
  return timesOf(calls, next);
}

function rows(state: string, times: readonly number[], peer: NonNullable<Row["peer"]>): Row[] {
  return [0.5, 0.99].map((share) => {
    const value = quantile(times, share);
    const ratio = value / peer.value;
    return { name: `Credit check: ${state}, p${share * 100}`, value, unit: "ms", peer, ratio };
  });
}

function longestOf(times: readonly number[]): Row {
  const bound = { of: "value", is: "below", limit: PROMISED_MS } as const;
  return { name: "Credit check: the longest of all", value: Math.max(...times), unit: "ms", bound };
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return Number(value?.toFixed(2));
}

async function timesOf(calls: number, call: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  let left = calls;
  const lane = async () => {
    while (left-- > 0) {
      const startedAt = performance.now();
      await call();
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return times;
}

function aCheck(tables: string, bureauUrl: string): CheckCredit {
  return createCreditCheck(
    {
      tables: { kind: "connectionString", connectionString: tables },
      CREDIT_BUREAU_URL: bureauUrl,
      CREDIT_BUREAU_TIMEOUT_MS: 450,
      CREDIT_STORE_TIMEOUT_MS: 250,
      CREDIT_ANSWER_TIMEOUT_MS: 550,
      CREDIT_DECISION_MAX_AGE_MS: 86_400_000,
      CREDIT_POLICY_LIMIT: "500",
      CREDIT_POLICY_CURRENCY: "EUR",
    },
    systemClock,
  );
}

async function ask(check: CheckCredit): Promise<void> {
  const [requestId, orderId, accountId] = [randomUUID(), randomUUID(), randomUUID()];
  const what = { orderTable: "contoso_order", amount: "1249.5000", currency: "EUR" };
  await check({ requestId, orderId, accountId, ...what }, requestId);
}

async function askBare(url: string): Promise<void> {
  const body = JSON.stringify({ accountId: randomUUID(), amount: "1249.5000", currency: "EUR" });
  const response = await fetch(`${url}/decisions`, { method: "POST", body });
  await response.json();
}

/** Answers after the delay, or never. */
async function startBureau(delayMs: number | undefined): Promise<Bureau> {
  const server = createServer((request, response) => {
    request.resume();
    if (delayMs === undefined) return;
    setTimeout(() => response.end(JSON.stringify(decision)), delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

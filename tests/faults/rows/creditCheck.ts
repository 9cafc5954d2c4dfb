import { randomUUID } from "node:crypto";
import type { Behaviour } from "../../../local/outside/standIns.ts";
import { sha256 } from "../../../shared/patterns/digest.ts";
import type { Row, RowContext } from "../row.ts";
import { findRow } from "../tableRows.ts";

const PROMISED_MS = 1_500;
/** What the way there and back may add on a busy machine. */
const SLACK_MS = 250;
/** CREDIT_STORE_TIMEOUT_MS where nobody sets it. */
const STORE_LIMIT_MS = 250;
const QUESTIONS = 6;
const REPEATS = 3;

const moods: readonly (Behaviour | "down")[] = [
  { mode: "ok" },
  { mode: "slow", delayMs: 900 },
  { mode: "hanging" },
  { mode: "failing", status: 500 },
  { mode: "losing" },
  "down",
];

type Asked = { readonly status: number; readonly body: string; readonly tookMs: number };

async function ask(
  { stack }: RowContext,
  question: object,
  key: string,
  signal?: AbortSignal,
): Promise<Asked> {
  const since = performance.now();
  const response = await fetch(`${stack.host.info.url}/api/credit-checks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-functions-key": stack.keys.function,
      "idempotency-key": `"${key}"`,
    },
    body: JSON.stringify(question),
    ...(signal && { signal }),
  });
  const body = await response.text();
  return { status: response.status, body, tookMs: performance.now() - since };
}

/** As the table has it: undefined where it did not take it in time, as it may. */
async function storedDecision(
  context: RowContext,
  accountId: string,
  key: string,
): Promise<string | undefined> {
  const row = await findRow(context, "credit", accountId, `answer-${sha256(key)}`);
  return typeof row?.["body"] === "string" ? row["body"] : undefined;
}

const aQuestion = () => ({
  requestId: randomUUID(),
  orderId: randomUUID(),
  orderTable: "salesorder",
  accountId: randomUUID(),
  amount: "100.0000",
  currency: "EUR",
});

/** Row 30. */
export const creditCheck: Row = {
  name: "credit-check",
  fault:
    "bureau slow, silent, failing or dead; tables silent; callers that hang up or ask twice at once",
  holds: "an answer within 1.5 s, always; a stored decision is replayed byte for byte",
  async run(context) {
    const { world, tables, orders, random, between } = context;
    const mood = moods[between(0, moods.length - 1)] ?? "down";
    if (mood === "down") await world.standIns.takeDown("credit-bureau");
    else await world.standIns.behave("credit-bureau", mood);
    const areTablesSilent = random() < 0.4;
    if (areTablesSilent) tables.plan({ fault: "hold", times: 10_000 });

    const problems: string[] = [];
    await Promise.all(
      Array.from({ length: QUESTIONS }, async (_none, index) => {
        const [question, key] = [aQuestion(), randomUUID()];
        if (index === 0) {
          const hangUp = AbortSignal.timeout(between(1, 200));
          await ask(context, question, key, hangUp).catch(() => undefined);
        }
        const atOnce = await Promise.all([
          ask(context, question, key),
          ask(context, question, key),
        ]);
        const later: Asked[] = [];
        for (let repeat = 0; repeat < REPEATS; repeat++)
          later.push(await ask(context, question, key));
        for (const { status, body, tookMs } of [...atOnce, ...later]) {
          if (status !== 200 || !/"decision":"(approve|decline|review)"/.test(body)) {
            problems.push(`a good question was answered ${status}: ${body}`);
          }
          if (tookMs > PROMISED_MS + SLACK_MS)
            problems.push(`an answer took ${Math.round(tookMs)} ms`);
        }
        const stored = await storedDecision(context, question.accountId, key);
        if (areTablesSilent || stored === undefined) return;
        // Who was answered in less than a table call's time was answered from the table.
        const replays = later.filter(({ tookMs }) => tookMs < STORE_LIMIT_MS);
        const bodies = [stored, ...replays.map(({ body }) => body)];
        orders.compare({ what: `decision ${key}`, bodies });
      }),
    );
    return problems;
  },
};

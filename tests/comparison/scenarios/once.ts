import type { Column, ExecutorOptions } from "../executor.ts";
import { aCall, attempt, aWork, type Scenario, times, type Verdict } from "../scenario.ts";

/** Hostile to whatever copies an answer through a store: quotes, escapes, line ends, spaces at the ends, beyond the BMP. */
const ANSWER = ` {"a":"ü\\n\t"}\r\n\r\n--😀${"x".repeat(1_000)} `;
const RACERS = 5;

/** One effect a key, whoever else comes with it. */
export const once: readonly Scenario[] = [
  {
    promise: "a first call runs once",
    async judge(column) {
      const work = aWork("a");

      const { answer, said } = await attempt(column.worker(), aCall(), work);

      const held = answer === "a" && work.count.reserve === 1;
      return { held, observed: `ran ${times(work.count.reserve)}, ${said}` };
    },
  },
  {
    promise: "a duplicate after completion replays the stored answer byte for byte",
    note: "A duplicate of an order answers its outcome; the bytes compared are those that the order's row keeps.",
    judge: (column) => replay(column),
  },
  {
    promise: "the same, where payloads are compared too",
    judge: (column) => replay(column, { comparePayload: true }),
  },
  {
    promise: "the same key with another payload never runs",
    note: "Here a door compares, before the queue: POST /orders, where a caller chooses the key. Dataverse's events carry none.",
    async judge(column) {
      const call = aCall();
      const other = aWork("b");
      const worker = () => column.worker({ comparePayload: true });
      await attempt(worker(), call, aWork("a"));

      const { answer, said } = await attempt(worker(), { ...call, payload: "other" }, other);

      const held = answer === undefined && other.count.reserve === 0;
      return { held, observed: `ran ${times(other.count.reserve)}, ${said}` };
    },
  },
  {
    promise: `${RACERS} at once have one effect`,
    judge: (column) => race(column),
  },
  {
    promise: `${RACERS} at once have one effect where nobody told how long a worker may take`,
    note: "Outside of a handler Powertools asks for registerLambdaContext and warns where it is missing; its middleware always has a context. Here the length of the lease is a setting of the app.",
    judge: (column) => race(column, { withoutDeadline: true }),
  },
];

async function replay(column: Column, options?: ExecutorOptions): Promise<Verdict> {
  const call = aCall();
  const again = aWork("b");
  const first = await attempt(column.worker(options), call, aWork(ANSWER));

  const { answer, said } = await attempt(column.worker(options), call, again);

  const held = first.answer === ANSWER && answer === ANSWER && again.count.reserve === 0;
  return { held, observed: `first ${first.said}, then ran ${times(again.count.reserve)}, ${said}` };
}

async function race(column: Column, options?: ExecutorOptions): Promise<Verdict> {
  const call = aCall();
  const works = Array.from({ length: RACERS }, () => aWork("a", { held: true }));
  const runs = works.map((work) => attempt(column.worker(options), call, work));

  // Nobody gets on before everybody has either begun or been turned away.
  await Promise.all(works.map(({ begun }, index) => Promise.race([begun, runs[index]])));
  for (const { release } of works) release();
  await Promise.all(runs);

  const effects = works.reduce((total, { count }) => total + count.reserve, 0);
  return { held: effects === 1, observed: `ran ${times(effects)}` };
}

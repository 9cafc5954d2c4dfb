import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "../../local/outside/request.ts";
import { until } from "../../local/outside/until.ts";
import { steps } from "../support/steps.ts";
import type { Arena } from "./arena.ts";
import type { Answers, Wanted } from "./oracle/evidence.ts";

export type Ordered = { readonly id: string; wanted: Wanted };

/** The orders of one run, entered in Dataverse and brought to the app through one of its doors. */
export type Orders = {
  readonly all: readonly Ordered[];
  readonly answers: readonly Answers[];
  /** What a door did that no fault excuses. */
  readonly problems: readonly string[];
  /** An order in Dataverse that no event tells of yet; from now on the judge asks where it went. */
  readonly enter: (wanted?: Wanted) => Promise<string>;
  /** Saves it as submitted: webhook and service endpoint both tell of it. */
  readonly submit: (id: string) => Promise<void>;
  readonly withdraw: (id: string) => Promise<void>;
  /** Through which doors Dataverse tells of a save; both where nobody says otherwise. */
  readonly doors: (open: Readonly<Record<"webhook" | "endpoint", boolean>>) => Promise<void>;
  /** So many, entered one by one and then submitted all at once; some of them out of stock. */
  readonly place: (count: number) => Promise<readonly string[]>;
  /** Door c, called again by its client, under the same key, until it accepts. */
  readonly post: (id: string, options?: { readonly times?: number }) => Promise<void>;
  /** The warehouse alone is told of an order of this id. */
  readonly expectCommand: (id: string) => void;
  /** Puts several answers to one request, or looks at one record, before the judge. */
  readonly compare: (answers: Answers) => void;
};

const IN_STOCK = "BIKE-100";
const OUT_OF_STOCK = "TENT-4";
const CLIENT_WAIT_MS = 300;
/** Ten seconds are promised; the rest is for a busy machine. */
const ANSWER_LIMIT_MS = 12_000;
const ACCEPTED_LIMIT_MS = 30_000;

/** Orders are saved without a credit check: it has a row of its own, and calls of its own. */
export function withoutCreditCheck({ world }: Pick<Arena, "world">): Promise<unknown> {
  return world.standIns.step(steps.creditCheck, { enabled: false });
}

export function createOrders({ world, stack }: Arena, random: () => number): Orders {
  const all: Ordered[] = [];
  const answers: Answers[] = [];
  const problems: string[] = [];
  const enter = async (wanted: Wanted = "approved") => {
    const sku = wanted === "back-ordered" ? OUT_OF_STOCK : IN_STOCK;
    const id = await world.enterOrder(`fault ${all.length}`, sku, 1, "100.0000");
    all.push({ id, wanted });
    return id;
  };
  const submit = async (id: string) => {
    const { status } = await world.dataverse.submit(id);
    if (status !== 204) throw new Error(`Dataverse answered the save of ${id} with ${status}`);
  };
  const askDoor = async (id: string, key: string) => {
    const since = performance.now();
    const { status, body } = await request("POST", `${stack.host.info.url}/api/orders`, {
      headers: { "x-functions-key": stack.keys.function, "idempotency-key": `"${key}"` },
      body: { orderId: id },
    });
    return { status, body, tookMs: Math.round(performance.now() - since) };
  };
  return {
    all,
    answers,
    problems,
    enter,
    submit,
    async withdraw(id) {
      const order = all.find((order) => order.id === id);
      if (order !== undefined) order.wanted = "withdrawn";
      await world.dataverse.withdraw(id);
    },
    async doors(open) {
      for (const name of ["webhook", "endpoint"] as const) {
        await world.standIns.step(steps[name], { enabled: open[name] });
      }
    },
    async place(count) {
      const ids: string[] = [];
      for (let index = 0; index < count; index++) {
        ids.push(await enter(random() < 0.2 ? "back-ordered" : "approved"));
      }
      await Promise.all(ids.map(submit));
      return ids;
    },
    async post(id, { times = 1 } = {}) {
      const key = randomUUID();
      const bodies: string[] = [];
      const acceptance = async () => {
        const { status, body, tookMs } = await askDoor(id, key);
        if (tookMs > ANSWER_LIMIT_MS) problems.push(`door c answered after ${tookMs} ms`);
        if (status === 202) bodies.push(JSON.stringify(body));
        else if (status === 503) await sleep(CLIENT_WAIT_MS);
        else problems.push(`door c answered ${status}`);
        return bodies.length >= times || undefined;
      };
      await until(`door c to accept order ${id}`, acceptance, ACCEPTED_LIMIT_MS);
      answers.push({ what: `the answer to POST /api/orders for ${id}`, bodies });
    },
    expectCommand: (id) => void all.push({ id, wanted: "commanded" }),
    compare: (next) => void answers.push(next),
  };
}

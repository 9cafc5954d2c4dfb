import type { Fault, FaultPlan } from "../../support/faultProxy.ts";
import { drained } from "../drained.ts";
import type { Row, RowContext } from "../row.ts";

/** So long that nobody who waits for a lease can be taken for somebody who did not. */
const LEASE_MS = 20_000;
const settings = { LEASE_MS: String(LEASE_MS) };

const kinds: readonly Fault[] = ["lose-answer", "repeat"];

/** The end of an order as it goes over the wire: a transaction on table `orders`. */
const END: FaultPlan = { method: "POST", path: /\$batch/, body: "/orders(", fault: "lose-answer" };

async function place(context: RowContext, plan: FaultPlan) {
  const { orders, tables, world, random, between } = context;
  const fault = kinds[Math.floor(random() * kinds.length)] ?? "lose-answer";
  tables.plan({ ...plan, fault, times: between(1, 3) });
  const since = Date.now();
  const ids = await orders.place(between(2, 5));
  await drained(context, LEASE_MS + 10_000);
  const { calls } = await world.standIns.ledger("inventory");
  const late = ids.filter((id) => {
    const first = calls.find(({ key }) => key?.includes(id));
    return first === undefined || first.at - since > LEASE_MS / 2;
  });
  return [
    ...late.map((id) => `order ${id} had to wait for the lease of its own claim`),
    ...(tables.met() === 0 ? ["no answer was lost"] : []),
  ];
}

export const lostBegin: Row = {
  name: "lost-answer-of-begin",
  fault: "the answer to the insert that claims an order is lost, or comes as 409 for our own write",
  holds: "the owner token tells that it is ours: the order goes on at once",
  settings,
  run: (context) =>
    place(context, { method: "POST", path: /\/orders(\?|$)/, fault: "lose-answer" }),
};

export const lostEnd: Row = {
  name: "lost-answer-of-end",
  fault:
    "the answer to the transaction that ends an order is lost, or comes as 412 for our own write",
  holds: "it is found as ours: nothing is done again",
  settings,
  async run(context) {
    const from = context.log.length;
    const problems = await place(context, END);
    const again = context.log.slice(from).filter(({ line }) => line.includes("lease-lost"));
    return [
      ...problems,
      ...(again.length > 0 ? ["an end of our own was taken for another's"] : []),
    ];
  },
};

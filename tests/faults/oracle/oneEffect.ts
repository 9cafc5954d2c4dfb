import type { Effect } from "../../../local/outside/standIns.ts";
import type { Evidence, OrderFacts, TargetLedger } from "./evidence.ts";

type Ledgers = Pick<Evidence, "orders" | "inventory" | "warehouse" | "procurement">;

/**
 * I2 and I3: by the ledgers of the targets each order has exactly the effects of its end, once each; warehouse commands
 * came in the order of their numbers, without a gap; no key was used for two payloads; nothing happened for anybody else.
 */
export function oneEffect(evidence: Ledgers): string[] {
  const { orders, inventory, warehouse, procurement } = evidence;
  const targets = { inventory, warehouse, procurement };
  return [
    ...orders.flatMap((order) => effectsOf(order, evidence)),
    ...Object.entries(targets).flatMap(([name, ledger]) => [
      ...strangers(name, ledger, orders),
      ...reusedKeys(name, ledger),
    ]),
  ];
}

const expected = {
  approved: { inventory: ["reserved"], warehouse: ["requestShipment"], procurement: [] },
  "back-ordered": { inventory: ["short"], warehouse: [], procurement: ["request"] },
  dead: { inventory: [], warehouse: [], procurement: [] },
  commanded: { inventory: [], warehouse: ["requestShipment"], procurement: [] },
} as const;

function effectsOf(
  { id, wanted }: OrderFacts,
  { inventory, warehouse, procurement }: Ledgers,
): string[] {
  const found = {
    inventory: of(id, inventory).map(({ answer }) => String(answer["outcome"])),
    warehouse: of(id, warehouse).map(({ body }) => String(body["type"])),
    procurement: of(id, procurement).map(({ kind }) => kind),
  };
  const problems = inSequence(id, of(id, warehouse));
  if (wanted === "withdrawn") return [...problems, ...undone(id, found)];
  for (const name of ["inventory", "warehouse", "procurement"] as const) {
    const should = expected[wanted][name];
    if (found[name].join() !== should.join()) {
      const text = `[${found[name].join(", ")}] instead of [${should.join(", ")}]`;
      problems.push(`order ${id} (${wanted}) had at ${name} ${text}`);
    }
  }
  return problems;
}

/** Whatever was done for an order that was taken back is taken back as well. */
function undone(
  id: string,
  found: Readonly<Record<"inventory" | "warehouse" | "procurement", readonly string[]>>,
): string[] {
  const count = (name: keyof typeof found, what: string) =>
    found[name].filter((effect) => effect === what).length;
  const pairs = [
    ["inventory", "reserved", "released"],
    ["warehouse", "requestShipment", "cancelShipment"],
    ["procurement", "request", "cancellation"],
  ] as const;
  return pairs.flatMap(([name, done, back]) =>
    count(name, done) <= 1 && count(name, done) <= count(name, back) && count(name, back) <= 1
      ? []
      : [`withdrawn order ${id} has at ${name} [${found[name].join(", ")}]`],
  );
}

function inSequence(id: string, commands: readonly Effect[]): string[] {
  const numbers = commands.map(({ body }) => Number(body["sequence"]));
  const isInOrder = numbers.every((number, index) => number === index + 1);
  return isInOrder ? [] : [`commands of order ${id} came as ${numbers.join(", ")}`];
}

function of(id: string, { effects }: TargetLedger): readonly Effect[] {
  return effects.filter(({ body }) => JSON.stringify(body).includes(id));
}

function strangers(
  name: string,
  { effects }: TargetLedger,
  orders: readonly OrderFacts[],
): string[] {
  return effects
    .filter(({ body }) => !orders.some(({ id }) => JSON.stringify(body).includes(id)))
    .map(({ key }) => `${name} has an effect of nobody's order, key ${key}`);
}

const CONFLICT = 422;

function reusedKeys(name: string, { calls, effects }: TargetLedger): string[] {
  const conflicts = calls.filter(({ status }) => status === CONFLICT);
  const keys = effects.map(({ key, kind }) => `${kind} ${key}`);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [
    ...conflicts.map(({ key }) => `${name} was asked for something else under key ${key}`),
    ...twice.map((key) => `${name} had two effects for ${key}`),
  ];
}

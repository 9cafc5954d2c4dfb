import { randomUUID } from "node:crypto";
import { ownCpuMs } from "./cpuTime.ts";
import { createOurCore } from "./idempotency/ourCore.ts";
import { createPowertoolsCore } from "./idempotency/powertoolsCore.ts";
import { median, type Row } from "./row.ts";

const CALLS = 500;
const ROUNDS = 31;
const US_PER_MS = 1_000;
const LIMIT_US = 20;
const content = {
  orderNumber: "ORD-01000",
  total: "1249.5000",
  currency: "EUR",
  lines: Array.from({ length: 10 }, (_, index) => ({
    sku: `SKU-${index}`,
    quantity: "2.0000000000",
  })),
};

type Side = "core" | "hashed" | "whole" | "byKey" | "compared";

/** CPU time that idempotency takes of one new call, storage left out: ours and Powertools' taking turns. */
export async function measureIdempotency(): Promise<readonly Row[]> {
  const rounds: Record<Side, number>[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ours = createOurCore(content);
    const theirs = createPowertoolsCore(content);
    const times = {
      core: await microseconds(ours.decideClaimEnd),
      byKey: await microseconds(theirs.byKey),
      hashed: await microseconds(ours.hashDecideClaimEnd),
      compared: await microseconds(theirs.comparingPayload),
      whole: await microseconds(ours.process),
    };
    if (round > 0) rounds.push(times); // the first one only warms all of them up
  }
  const row = (name: string, side: Side, peer: Side, peerName: string): Row => ({
    name: `Idempotency without storage: ${name}`,
    value: median(rounds.map((times) => times[side])),
    unit: "µs of CPU",
    peer: { name: peerName, value: median(rounds.map((times) => times[peer])) },
    ratio: median(rounds.map((times) => times[side] / times[peer])),
  });
  const bound = { of: "value", is: "below", limit: LIMIT_US } as const;
  const bytes = Buffer.byteLength(JSON.stringify(content));
  return [
    { ...row("decide, claim and end", "core", "byKey", "Powertools by key (MD5)"), bound },
    {
      ...row(
        `the same and SHA-256 of ${bytes} B payload`,
        "hashed",
        "compared",
        "Powertools comparing that payload (MD5)",
      ),
      bound,
    },
    row("an order's whole processing, three steps and trail", "whole", "core", "its core"),
  ];
}

async function microseconds(call: (key: string) => Promise<void>): Promise<number> {
  const keys = Array.from({ length: CALLS }, () => randomUUID());
  const before = ownCpuMs();
  for (const key of keys) await call(key);
  return ((ownCpuMs() - before) * US_PER_MS) / CALLS;
}

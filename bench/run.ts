import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { readOptions } from "../local/options.ts";
import { measureCreditCheck } from "./creditCheck.ts";
import { measureDurability } from "./durability.ts";
import { measureEventHubs } from "./eventHubs.ts";
import { formatRow } from "./formatRow.ts";
import { measureHost } from "./host.ts";
import { measureIdempotency } from "./idempotency.ts";
import { canReadMemory } from "./memory.ts";
import { measureMessageSizes } from "./messageSizes.ts";
import { measureOrders } from "./orders.ts";
import { holds, type Row } from "./row.ts";
import { measureServiceBus } from "./serviceBus.ts";
import { measureStartUp } from "./startUp.ts";

/** Each starts what it needs and stops it again. */
const benches: Readonly<
  Record<string, (options: { readonly million: boolean }) => Promise<readonly Row[]>>
> = {
  startUp: measureStartUp,
  host: measureHost,
  serviceBus: measureServiceBus,
  messageSizes: measureMessageSizes,
  eventHubs: measureEventHubs,
  creditCheck: measureCreditCheck,
  orders: measureOrders,
  durability: measureDurability,
  idempotency: measureIdempotency,
};

await main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});

/** `npm run bench`: each figure beside its peer or bound. Fails for bounds that no other load can break. */
async function main(): Promise<void> {
  const { json, only, million } = readOptions({
    json: { default: undefined, help: "file that the figures go to" },
    only: { default: undefined, help: `some of ${Object.keys(benches).join(",")}` },
    million: { default: false, help: "durability also sends a million messages (minutes)" },
  });
  const selected = chosen(only);
  const machine = describeMachine();
  print(`${machine.cores} cores (${machine.model}), Node ${machine.node}`);
  if (!canReadMemory) print("Memory is left out: it is read on Linux only.");
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(selected)) {
    print(
      `\n${name}, load average ${loadavg()
        .map((load) => load.toFixed(2))
        .join(" ")}`,
    );
    for (const row of await measure({ million })) {
      rows.push(row);
      print(`  ${formatRow(row)}`);
    }
  }
  const missed = rows.filter((row) => holds(row) === false);
  print(missed.length === 0 ? "\nEvery promise is held." : `\nMissed: ${missed.length}`);
  for (const row of missed) print(`  ${formatRow(row)}`);
  if (missed.some(({ bound }) => bound?.deterministic)) process.exitCode = 1;
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
  }
}

function chosen(only: string | undefined): typeof benches {
  if (only === undefined) return benches;
  const names = only.split(",");
  const unknown = names.find((name) => !(name in benches));
  if (unknown !== undefined) {
    throw new Error(`no benchmark "${unknown}"; there are ${Object.keys(benches).join(", ")}`);
  }
  return Object.fromEntries(Object.entries(benches).filter(([name]) => names.includes(name)));
}

function describeMachine() {
  const processors = cpus();
  return {
    cores: processors.length,
    model: processors[0]?.model ?? "unknown",
    platform: process.platform,
    node: process.version,
    loadAverage: loadavg(),
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CostLine, costOf, type Prices } from "./costModel.ts";
import { countOrders } from "./countedOrders.ts";

/** `npm run cost`: what a million orders through door c cost in Azure, by operations counted just now. */
const file = join(import.meta.dirname, "fixtures", "prices.json");
const prices = JSON.parse(await readFile(file, "utf8")) as Prices;
const { throughApi } = await countOrders();
const lines = costOf(throughApi, prices);

print(`A million orders through POST /api/orders, prices of ${prices.date} in ${prices.currency}`);
for (const line of lines) print(format(line));
print(
  `${"total".padEnd(30)} ${money(lines.reduce((sum, line) => sum + line.perMillionOrders, 0))}`,
);
print(prices.about);

function format({ item, perOrder, perMillionOrders }: CostLine): string {
  return `${String(perOrder).padStart(8)} ${item.padEnd(21)} ${money(perMillionOrders)}`;
}

function money(amount: number): string {
  return amount.toFixed(2).padStart(8);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

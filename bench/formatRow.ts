import { type Bound, holds, type Row } from "./row.ts";

/** A row as text: `name: value unit, ratio × peer (value); promised …: held | MISSED`. */
export function formatRow(row: Row): string {
  const { name, value, unit, peer, ratio, bound } = row;
  const figure = `${name}: ${formatNumber(value)} ${unit}`;
  const compared =
    peer === undefined ? "" : `, ${ratio?.toFixed(3)} × ${peer.name} (${formatNumber(peer.value)})`;
  const promised =
    bound === undefined
      ? ""
      : `; promised ${formatBound(bound, unit)}: ${holds(row) ? "held" : "MISSED"}`;
  return figure + compared + promised;
}

function formatBound({ of, is, limit }: Bound, unit: string): string {
  const relation = { below: "under", atMost: "at most", atLeast: "at least" }[is];
  return of === "ratio" ? `${relation} ${limit} ×` : `${relation} ${formatNumber(limit)} ${unit}`;
}

const PLAIN_FROM = 100;

/** Three digits are as many as a noisy machine can tell. */
function formatNumber(value: number): string {
  const digits = Math.abs(value) >= PLAIN_FROM ? 0 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}

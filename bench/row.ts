/** One line of a benchmark's result: a figure, what it is held against, and what is promised of it. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same figure of something comparable, measured in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** `value` over the peer's: the median of the rounds, not the quotient of two medians. */
  readonly ratio?: number;
  readonly bound?: Bound;
};

export type Bound = {
  readonly of: "value" | "ratio";
  readonly is: "below" | "atMost" | "atLeast";
  readonly limit: number;
  /** Does not depend on what else the machine is doing, so that missing it fails the command. */
  readonly deterministic?: true;
};

/** Whether the row keeps what is promised of it; undefined when nothing is. */
export function holds({ value, ratio, bound }: Row): boolean | undefined {
  if (bound === undefined) return undefined;
  const figure = bound.of === "value" ? value : (ratio ?? Number.NaN);
  const { is, limit } = bound;
  return { below: figure < limit, atMost: figure <= limit, atLeast: figure >= limit }[is];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Exact totals of one window; values are whole numbers of a unit that the caller chooses. */
export type Totals = {
  readonly count: number;
  readonly sum: bigint;
  readonly min: bigint;
  readonly max: bigint;
};

/** A tumbling window of one series. Every sample up to `lastSequence` that belongs to it is inside. */
export type Window = Totals & {
  readonly series: string;
  readonly start: number;
  readonly lastSequence: number;
};

export type Sample = {
  readonly sequenceNumber: number;
  /** When the broker took it, epoch ms. */
  readonly enqueuedAt: number;
  readonly series: string;
  /** When it happened, epoch ms. */
  readonly at: number;
  readonly value: bigint;
};

export type WindowRules = {
  readonly sizeMs: number;
  /** A sample that happened longer than this before the broker took it is late. */
  readonly latenessMs: number;
  /** A sample that happened more than this after the broker took it comes from a wrong clock. */
  readonly aheadMs: number;
};

type Untimely = { readonly sample: Sample; readonly reason: "late" | "future" };

export type Folded = {
  /** Windows that changed, by `windowId`, each with its new totals. */
  readonly changed: ReadonlyMap<string, Window>;
  readonly untimely: readonly Untimely[];
  readonly added: number;
};

export function windowStart(at: number, sizeMs: number): number {
  return Math.floor(at / sizeMs) * sizeMs;
}

export function windowId({ series, start }: Pick<Window, "series" | "start">): string {
  return `${start}:${series}`;
}

/**
 * Adds the samples of one partition to its windows. Any cut into batches, and any repetition from an
 * earlier position, leads to the same windows: a sample counts only past the partition's and its
 * window's last sequence number, and its time is judged against the broker's stamp, not against the
 * moment it is read. An untimely sample is reported, never merged.
 */
export function foldSamples(
  known: { readonly lastSequence: number; readonly windows: ReadonlyMap<string, Window> },
  samples: readonly Sample[],
  rules: WindowRules,
): Folded {
  const changed = new Map<string, Window>();
  const untimely: Untimely[] = [];
  let lastSequence = known.lastSequence;
  let added = 0;
  for (const sample of samples.toSorted((a, b) => a.sequenceNumber - b.sequenceNumber)) {
    if (sample.sequenceNumber <= lastSequence) continue;
    lastSequence = sample.sequenceNumber;
    const reason = untimeliness(sample, rules);
    if (reason !== undefined) {
      untimely.push({ sample, reason });
      continue;
    }
    const start = windowStart(sample.at, rules.sizeMs);
    const id = windowId({ series: sample.series, start });
    const before = changed.get(id) ?? known.windows.get(id);
    if (before !== undefined && sample.sequenceNumber <= before.lastSequence) continue;
    changed.set(id, {
      ...mergeTotals(before, totalsOf(sample.value)),
      series: sample.series,
      start,
      lastSequence: sample.sequenceNumber,
    });
    added++;
  }
  return { changed, untimely, added };
}

export function mergeTotals(a: Totals | undefined, b: Totals): Totals {
  if (a === undefined) return b;
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: a.min < b.min ? a.min : b.min,
    max: a.max > b.max ? a.max : b.max,
  };
}

function totalsOf(value: bigint): Totals {
  return { count: 1, sum: value, min: value, max: value };
}

function untimeliness(
  { at, enqueuedAt }: Sample,
  { latenessMs, aheadMs }: WindowRules,
): Untimely["reason"] | undefined {
  if (at < enqueuedAt - latenessMs) return "late";
  return at > enqueuedAt + aheadMs ? "future" : undefined;
}

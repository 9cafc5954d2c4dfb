const pattern =
  /^(?<sign>-)?(?:(?<days>\d+)\.)?(?<hours>\d{1,2}):(?<minutes>\d{2})(?::(?<seconds>\d{2}(?:\.\d{1,7})?))?$/;

/** A .NET time span (`[-][d.]hh:mm[:ss[.fffffff]]`) in milliseconds, or undefined when it is none. */
export function parseTimeSpanMs(text: string): number | undefined {
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const [days, hours, minutes, seconds] = ["days", "hours", "minutes", "seconds"].map((name) =>
    Number(groups[name] ?? 0),
  ) as [number, number, number, number];
  if (hours > 23 || minutes > 59 || seconds >= 60) return undefined;
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  return groups["sign"] === undefined ? ms : -ms;
}

const pattern = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Milliseconds of an ISO 8601 duration in days, hours, minutes and seconds, the parts a .NET TimeSpan
 * has; undefined for any other text. Years and months have no fixed length, so they are not taken.
 */
export function parseIsoDuration(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match;
  return (
    Number(days) * dayMs +
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Math.round(Number(seconds) * 1000)
  );
}

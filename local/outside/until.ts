const POLL_MS = 50;

/**
 * Asks again and again until the probe gives a value; `undefined` and thrown errors mean "not yet".
 * Rejects after the limit, naming what was waited for and the last error.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  limitMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  } while (performance.now() < deadline);
  throw new Error(`${what}: not within ${limitMs} ms`, { cause: last });
}

const PREFIX_BYTES = 10;
const COUNTER_DIGITS = 12;

/** Message ids of 32 hex digits, as the service gives them: a random prefix, then a count. */
export function createMessageIds(randomBytes: (size: number) => Buffer): () => string {
  const prefix = randomBytes(PREFIX_BYTES).toString("hex");
  let count = 0;
  return () => {
    count += 1;
    return prefix + count.toString(16).padStart(COUNTER_DIGITS, "0");
  };
}

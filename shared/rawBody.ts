/**
 * Trigger option that hands a queue function the bytes as sent. Without it the host decodes and parses
 * them first: digits of large numbers, a BOM and invalid UTF-8 are gone before anyone can judge them.
 * The option types do not know it, so it is spread into the options.
 */
export const rawBody = { dataType: "binary" } as const;

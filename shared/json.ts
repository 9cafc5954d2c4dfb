import { TerminalError } from "./errors.ts";
import { ExactNumber } from "./exactNumber.ts";

/** Bounds that hold before any parser sees the text: depth 5,000 overflows every validator's stack. */
type Limits = { readonly maxBytes: number; readonly maxDepth?: number };

const DEFAULT_MAX_DEPTH = 128;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * JSON bytes → value. A leading BOM is dropped (RFC 8259 §8.1 allows it). A number that a double
 * cannot hold digit by digit (`1249.5000`, 2^53 + 1) comes back as ExactNumber, so money survives.
 * Throws TerminalError `too-large`, `too-deep`, `invalid-utf8` or `malformed-json`.
 */
export function parseJson(
  bytes: Uint8Array,
  { maxBytes, maxDepth = DEFAULT_MAX_DEPTH }: Limits,
): unknown {
  if (bytes.byteLength > maxBytes) {
    throw new TerminalError(
      "too-large",
      `the body has ${bytes.byteLength} bytes; ${maxBytes} are allowed`,
    );
  }
  assertDepth(bytes, maxDepth);
  const text = decode(bytes);
  try {
    return JSON.parse(text, keepDigits);
  } catch (cause) {
    throw new TerminalError("malformed-json", "the body is not valid JSON", { cause });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new TerminalError("invalid-utf8", "the body is not valid UTF-8", { cause });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** One pass over the bytes: structural characters are ASCII, which never occur inside a UTF-8 sequence. */
function assertDepth(bytes: Uint8Array, maxDepth: number): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (++depth > maxDepth) {
        throw new TerminalError("too-deep", `the body is nested deeper than ${maxDepth} levels`);
      }
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      depth--;
    }
  }
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  return String(value) === context.source ? value : new ExactNumber(context.source);
}

/** One settlement request, whichever of the service's methods it came by. */
export type SettlementRequest = {
  readonly lockToken: string;
  /** An AMQP-encoded map; empty where nothing is to be changed. */
  readonly propertiesToModify: Uint8Array;
  readonly reason: string | undefined;
  readonly description: string | undefined;
};

/** The bytes are no request of the settlement service. */
export class MalformedRequestError extends Error {
  override readonly name = "MalformedRequestError";
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/**
 * Reads a request of the extension's settlement.proto: `locktoken` = 1, `propertiesToModify` = 2 and, as
 * google.protobuf.StringValue, `deadletterReason` = 3 and `deadletterErrorDescription` = 4. The few fields
 * are read by hand, so that no schema compiler is needed. Unknown fields are skipped.
 */
export function decodeSettlementRequest(bytes: Uint8Array): SettlementRequest {
  const fields = readFields(bytes);
  return {
    lockToken: text(fields.get(1) ?? new Uint8Array()),
    propertiesToModify: fields.get(2) ?? new Uint8Array(),
    reason: stringValue(fields.get(3)),
    description: stringValue(fields.get(4)),
  };
}

function stringValue(wrapper: Uint8Array | undefined): string | undefined {
  return wrapper === undefined ? undefined : text(readFields(wrapper).get(1) ?? new Uint8Array());
}

/** The length-delimited fields of a protobuf message; of a repeated one the last counts. */
function readFields(bytes: Uint8Array): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined || factor > 128 ** 9) throw new MalformedRequestError("bad varint");
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const skip = (length: number): number => {
    const start = at;
    at += length;
    if (at > bytes.length) throw new MalformedRequestError("a field ends after the message");
    return start;
  };
  while (at < bytes.length) {
    const tag = readVarint();
    switch (tag & 7) {
      case VARINT:
        readVarint();
        break;
      case FIXED_64:
        skip(8);
        break;
      case LENGTH_DELIMITED: {
        const start = skip(readVarint());
        fields.set(Math.floor(tag / 8), bytes.subarray(start, at));
        break;
      }
      case FIXED_32:
        skip(4);
        break;
      default:
        throw new MalformedRequestError("bad wire type");
    }
  }
  return fields;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

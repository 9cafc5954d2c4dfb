import { randomBytes } from "node:crypto";

const GUID_LENGTH = 16;
const COUNTER_OFFSET = 10;
const COUNTER_LENGTH = 6;

/**
 * Lock ids as the uuids that clients see. A token is a random prefix with the id counted behind it, so
 * making one costs no randomness, and a token of another queue or an earlier run is told apart.
 */
export type LockTokens = {
  /** In network order, as everywhere but in a delivery tag. */
  readonly toUuid: (lockId: number) => Buffer;
  /** In the byte order of a .NET Guid, which Service Bus uses for delivery tags. */
  readonly toDeliveryTag: (lockId: number) => Buffer;
  /** Undefined when the token is not one of these. */
  readonly fromUuid: (token: Buffer) => number | undefined;
};

export function createLockTokens(prefix: Buffer = randomBytes(COUNTER_OFFSET)): LockTokens {
  const swappedPrefix = swapGuid(Buffer.concat([prefix, Buffer.alloc(COUNTER_LENGTH)]));
  const write = (start: Buffer, lockId: number) => {
    const token = Buffer.allocUnsafe(GUID_LENGTH);
    start.copy(token, 0, 0, COUNTER_OFFSET);
    token.writeUIntBE(lockId, COUNTER_OFFSET, COUNTER_LENGTH);
    return token;
  };
  return {
    toUuid: (lockId) => write(prefix, lockId),
    toDeliveryTag: (lockId) => write(swappedPrefix, lockId),
    fromUuid: (token) =>
      token.length === GUID_LENGTH && token.subarray(0, COUNTER_OFFSET).equals(prefix)
        ? token.readUIntBE(COUNTER_OFFSET, COUNTER_LENGTH)
        : undefined,
  };
}

/** A .NET Guid keeps its first three groups little-endian. */
function swapGuid(guid: Buffer): Buffer {
  const swapped = Buffer.from(guid);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}

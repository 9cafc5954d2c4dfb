/**
 * The partition that the service itself picks for a partition key: Bob Jenkins' lookup3 (`hashlittle2`
 * with both seeds zero) over the key's UTF-8 bytes, its two results folded by xor into a signed 16 bit number.
 * http://burtleburtle.net/bob/c/lookup3.c
 */
export function partitionOfKey(partitionKey: string, partitionCount: number): number {
  const { b, c } = lookup3(Buffer.from(partitionKey, "utf8"));
  const hash = ((b ^ c) << 16) >> 16;
  return Math.abs(hash % partitionCount);
}

type Lanes = { a: number; b: number; c: number };

const blockBytes = 12;
const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));

function lookup3(bytes: Buffer): Lanes {
  const seed = (0xdeadbeef + bytes.length) | 0;
  const lanes: Lanes = { a: seed, b: seed, c: seed };
  if (bytes.length === 0) return lanes;

  let start = 0;
  while (bytes.length - start > blockBytes) {
    add(lanes, bytes, start);
    mix(lanes);
    start += blockBytes;
  }
  // The last block is never empty; bytes that it lacks count as zero.
  const last = Buffer.alloc(blockBytes);
  bytes.copy(last, 0, start);
  add(lanes, last, 0);
  finish(lanes);
  return lanes;
}

function add(lanes: Lanes, bytes: Buffer, start: number): void {
  lanes.a = (lanes.a + bytes.readInt32LE(start)) | 0;
  lanes.b = (lanes.b + bytes.readInt32LE(start + 4)) | 0;
  lanes.c = (lanes.c + bytes.readInt32LE(start + 8)) | 0;
}

/** lookup3's reversible mix: six turns in which the lanes change roles. */
function mix(lanes: Lanes): void {
  let { a, b, c } = lanes;
  for (const [first, second, third] of mixTurns) {
    a = (a - c) ^ rotate(c, first);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, second);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, third);
    b = (b + a) | 0;
  }
  Object.assign(lanes, { a, b, c });
}

const mixTurns = [
  [4, 6, 8],
  [16, 19, 4],
] as const;

function finish(lanes: Lanes): void {
  let { a, b, c } = lanes;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  Object.assign(lanes, { a, b, c });
}

import { AmqpError } from "./amqpError.ts";
import { endOfSound } from "./codec/soundValue.ts";
import { limits } from "./limits.ts";

const FRAME_HEADER = 8;

/**
 * Throws for a frame from `start` on that would make rhea allocate or loop without bound: one larger than
 * we offered to take (AMQP 1.0 §2.7.1 max-frame-size), or one whose performative counts more items than it
 * has bytes for. Looks at complete frames, and at the size that an incomplete one announces.
 */
export function checkFrames(input: Buffer, start: number): void {
  for (let offset = start; offset + 4 <= input.length; ) {
    const size = input.readUInt32BE(offset);
    if (size < FRAME_HEADER || size > limits.frameBytes) throw broken(`a frame of ${size} bytes`);
    const end = offset + size;
    if (end > input.length) return;
    const body = offset + 4 * input.readUInt8(offset + 4);
    if (body < offset + FRAME_HEADER || body > end) throw broken("a data offset out of the frame");
    if (body < end) endOfSound(input.subarray(0, end), body);
    offset = end;
  }
}

function broken(what: string): AmqpError {
  return new AmqpError("amqp:connection:framing-error", `The peer sent ${what}.`);
}

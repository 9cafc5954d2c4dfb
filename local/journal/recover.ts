import { DamagedStateError } from "./errors.ts";
import type { Files } from "./files.ts";
import { findFrame, readFrame } from "./frame.ts";
import { eachRecord } from "./record.ts";

const WINDOW = 4 * 1024 * 1024;

/** The first bytes of every file; the last of them is the version of all that follows. */
export const MAGIC = Buffer.from("local-journal\0\0\u0002", "latin1");

/**
 * Hands each record of the file to `apply`, in order, and answers where the next one goes and how many
 * bytes of an unfinished write stand behind. An unfinished write can only be the last one: a whole frame
 * after a broken one means damage, and throws a DamagedStateError.
 */
export function recover(
  { file, path, files }: { readonly file: number; readonly path: string; readonly files: Files },
  apply: (record: Buffer) => void,
): { readonly end: number; readonly torn: number } {
  const size = files.size(file);
  const magic = readAt(file, 0, Math.min(size, MAGIC.length), files);
  if (isUnwritten(magic)) return { end: 0, torn: 0 };
  checkMagic(magic, path);

  let position = MAGIC.length;
  let window: Buffer = Buffer.alloc(0);
  for (;;) {
    const sight = readFrame(window);
    if (sight.kind === "frame") {
      eachRecord(sight.payload, apply);
      window = window.subarray(sight.end);
      position += sight.end;
      continue;
    }
    const rest = size - position;
    if (sight.kind === "partial" && window.length < rest) {
      // A fresh buffer each time: records are views of it.
      window = readAt(file, position, Math.min(rest, Math.max(WINDOW, sight.needed)), files);
      continue;
    }
    return { end: position, torn: checkTail({ file, path, files }, position, rest) };
  }
}

/** A file that its maker had no time to begin. */
function isUnwritten(magic: Buffer): boolean {
  const zeros = magic.every((byte) => byte === 0);
  return zeros || (magic.length < MAGIC.length && magic.equals(MAGIC.subarray(0, magic.length)));
}

function checkMagic(magic: Buffer, path: string): void {
  if (magic.equals(MAGIC)) return;
  const version = MAGIC.length - 1;
  if (!magic.subarray(0, version).equals(MAGIC.subarray(0, version))) {
    throw new DamagedStateError(`${path} is not a journal of this emulator`);
  }
  throw new DamagedStateError(`${path} was written by another version of this emulator`);
}

/** How many bytes the unfinished write has left, zeros written ahead not counted. */
function checkTail(
  { file, path, files }: { readonly file: number; readonly path: string; readonly files: Files },
  position: number,
  rest: number,
): number {
  const tail = readAt(file, position, rest, files);
  const next = findFrame(tail);
  if (next !== undefined) {
    throw new DamagedStateError(
      `${path} is damaged between bytes ${position} and ${position + next}`,
    );
  }
  let torn = tail.length;
  while (torn > 0 && tail[torn - 1] === 0) torn -= 1;
  return torn;
}

function readAt(file: number, position: number, length: number, files: Files): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, files.read(file, bytes, position));
}

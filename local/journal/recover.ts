import { DamagedStateError } from "./errors.ts";
import type { Files } from "./files.ts";
import { findFrame, readFrame } from "./frame.ts";
import { eachRecord } from "./record.ts";

const WINDOW = 4 * 1024 * 1024;

/** The first bytes of every file; the last of them is the version of all that follows. */
export const MAGIC = Buffer.from("local-journal\0\0\u0002", "latin1");

type Source = { readonly file: number; readonly path: string; readonly files: Files };

/**
 * Hands each record of the file to `apply`, in order, and answers where the next one goes and how many
 * bytes of an unfinished write stand behind; 0 for both where nothing was ever written. An unfinished write
 * can only be the last one: a whole frame after a broken one means damage, and throws a DamagedStateError,
 * as does a record that `apply` cannot read. Changes nothing.
 */
export function recover(
  { file, path, files }: Source,
  apply: (record: Buffer) => void,
): { readonly end: number; readonly torn: number } {
  const size = files.size(file);
  const magic = readAt(file, 0, Math.min(size, MAGIC.length), files);
  if (isUnwritten(magic, size, { file, path, files })) return { end: 0, torn: 0 };
  checkMagic(magic, path);

  let position = MAGIC.length;
  let window: Buffer = Buffer.alloc(0);
  for (;;) {
    const sight = readFrame(window);
    if (sight.kind === "frame") {
      applyAll(sight.payload, apply, path);
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

function applyAll(payload: Buffer, apply: (record: Buffer) => void, path: string): void {
  try {
    eachRecord(payload, apply);
  } catch (cause) {
    if (cause instanceof DamagedStateError) throw cause;
    const { message } = cause as Error;
    throw new DamagedStateError(`${path} holds a record that cannot be read: ${message}`, {
      cause,
    });
  }
}

/** A file that its maker had no time to begin. */
function isUnwritten(magic: Buffer, size: number, { file, files }: Source): boolean {
  if (magic.length < MAGIC.length && magic.equals(MAGIC.subarray(0, magic.length))) return true;
  for (let at = 0; at < size; at += WINDOW) {
    const bytes = readAt(file, at, Math.min(size - at, WINDOW), files);
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
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
function checkTail({ file, path, files }: Source, position: number, rest: number): number {
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

/** A file that cannot be trusted; its message is one line and names the file. Nothing was changed. */
export class DamagedStateError extends Error {
  override readonly name = "DamagedStateError";
}

/** The disk takes no more. What asked for room was not done, and may be tried again later. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
}

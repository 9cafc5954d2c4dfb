import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Another process has the folder. */
export class StateInUseError extends Error {
  override readonly name = "StateInUseError";
}

export const LOCK_FILE = "lock";
const held = new Set<string>();

/**
 * Takes a folder for this process, by a file with its process id. What a process left that is no more is
 * taken over; where the system has given its id to another one, the message says which file to delete.
 */
export function lockFolder(
  directory: string,
  { pid = process.pid, isRunning = isRunningProcess }: LockOptions = {},
): { readonly release: () => void } {
  const file = join(directory, LOCK_FILE);
  if (!create(file, pid)) {
    const holder = Number(readFileSync(file, "utf8"));
    // In a container each start may get the same id: then it is ours only if we took it.
    const isLeftOver = holder === pid ? !held.has(file) : !(holder > 0 && isRunning(holder));
    if (!isLeftOver) {
      throw new StateInUseError(
        `${directory} is in use by process ${holder}: stop that one, choose another folder with --state, or, if it is something else, delete ${file}`,
      );
    }
    rmSync(file, { force: true });
    if (!create(file, pid))
      throw new StateInUseError(`${directory} was just taken by another process`);
  }
  held.add(file);
  return {
    release: () => {
      held.delete(file);
      rmSync(file, { force: true });
    },
  };
}

type LockOptions = {
  readonly pid?: number;
  readonly isRunning?: (pid: number) => boolean;
};

function create(file: string, pid: number): boolean {
  try {
    writeFileSync(file, String(pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Signal 0 asks only; a process of another user answers that it may not be asked. */
function isRunningProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import { TerminalError } from "../errors.ts";
import {
  appended,
  busy,
  type DiscardedCommand,
  type DispatchLogStore,
  stoppedIn,
} from "./dispatchLog.ts";

/**
 * Takes a warehouse command that was given up for done, in somebody's name, so that those after it may go; a replay of its
 * message is then a duplicate. It says nothing about whether the warehouse carried it out, which a replay under way may
 * just be doing. A repeat gives the first answer, as long as the log remembers. TerminalError `not-found` for an order
 * without commands, `command-not-stopped` for one that holds nothing up; ParkError when the log changed meanwhile.
 */
export function createDiscardCommand({
  log: store,
  clock,
}: {
  readonly log: DispatchLogStore;
  readonly clock: { readonly now: () => number };
}): (order: string, sequence: number, by: string) => Promise<DiscardedCommand> {
  return async function discardCommand(order, sequence, by) {
    const found = await store.read(order);
    if (found === undefined) {
      throw new TerminalError("not-found", "no warehouse command of such an order is known here");
    }
    const { log, version } = found;
    const known = log.discarded?.find((command) => command.sequence === sequence);
    if (known !== undefined) return known;
    const stopped = stoppedIn(log);
    if (stopped?.sequence !== sequence) {
      throw new TerminalError("command-not-stopped", `command ${sequence} holds nothing up`);
    }
    const discarded = { sequence, reason: stopped.reason, at: clock.now(), by };
    const next = appended(log, sequence, stopped.hash);
    const written = await store.write(
      order,
      { ...next, discarded: [...(next.discarded ?? []), discarded] },
      version,
    );
    if (!written) throw busy(sequence);
    return discarded;
  };
}

import { errorKind } from "./errorKind.ts";
import type { Log } from "./log.ts";

/** Whether a listener has its service: logs one line a change, however many errors come between. */
export type LineState = {
  readonly up: () => void;
  readonly down: (error: unknown) => void;
};

export function createLineState(log: Log, category: string, what: string): LineState {
  let state: "starting" | "up" | "down" = "starting";
  return {
    up: () => {
      if (state === "up") return;
      log(
        "information",
        category,
        `${what} is ${state === "down" ? "connected again" : "connected"}`,
      );
      state = "up";
    },
    down: (error) => {
      if (state === "down") return;
      state = "down";
      log("warning", category, `${what} is not reachable, trying on: ${reason(error)}`);
    },
  };
}

function reason(error: unknown): string {
  // After several attempts the SDKs throw what each of them failed of.
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const kind = errorKind(cause);
  const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  return line.startsWith(kind) ? line : `${kind}: ${line}`;
}

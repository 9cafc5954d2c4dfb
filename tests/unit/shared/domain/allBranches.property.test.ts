import * as fc from "fast-check";
import { expect, it } from "vitest";
import { allBranches } from "../../../../shared/domain/allBranches.ts";
import { ParkError, RetryableError, TerminalError } from "../../../../shared/errors.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

const uncertain = { target: "procurement", path: "/requests/k", key: "k" };

/** Ends of a branch, that of which most can be done yet first; of those on one line neither goes before the other. */
const ranks = [["no answer"], ["fails", "breaks"], ["parks"], ["refuses"]] as const;
const ends = ["comes through", ...ranks.flat()] as const;
type End = (typeof ends)[number];
type Branch = { readonly end: End; readonly waitMs: number };

const branches = fc.array(
  fc.record({ end: fc.constantFrom(...ends), waitMs: fc.constantFrom(0, 1_000, 30_000) }),
  { maxLength: 5, size: "max" },
);

const errorOf: Readonly<Record<End, (text: string, waitMs: number) => Error | undefined>> = {
  "comes through": () => undefined,
  "no answer": (text, retryAfterMs) =>
    new RetryableError("target", text, { uncertain, retryAfterMs }),
  fails: (text, retryAfterMs) => new RetryableError("target", text, { retryAfterMs }),
  breaks: (text) => new TypeError(text),
  parks: (text, afterMs) => new ParkError("busy", text, { afterMs }),
  refuses: (text) => new TerminalError("refused", text),
};

/** Number, kind and wait of the failure that is to be thrown. */
function expectedOf(all: readonly Branch[]): string {
  const asks = ({ end, waitMs }: Branch) =>
    end === "no answer" || end === "fails" || end === "parks" ? waitMs : 0;
  const longest = all.map(asks).toSorted((a, b) => b - a)[0] ?? 0;
  for (const rank of ranks) {
    const index = all.findIndex(({ end }) => rank.some((one) => one === end));
    if (index >= 0) return `${index} ${all[index]?.end} ${longest}`;
  }
  return "none";
}

function shown(error: unknown, all: readonly Branch[]): string {
  if (!(error instanceof Error)) return "none";
  const wait =
    error instanceof RetryableError
      ? error.retryAfterMs
      : error instanceof ParkError
        ? error.afterMs
        : 0;
  const end = all[Number(error.message)]?.end;
  const isWhole = end !== "no answer" || (error instanceof RetryableError && error.uncertain);
  return `${error.message} ${isWhole ? end : "forgot its call"} ${wait ?? 0}`;
}

it(
  "throws of any failures the one that lets most be done yet, with the longest wait of all",
  unhurried,
  () =>
    everyHistory(
      fc.asyncProperty(branches, async (all) => {
        let ended = 0;
        const calls = all.map(({ end, waitMs }, index) => async () => {
          await Promise.resolve();
          ended++;
          const error = errorOf[end](String(index), waitMs);
          if (error !== undefined) throw error;
        });

        const thrown: unknown = await allBranches(...calls).catch((error: unknown) => error);

        expect([shown(thrown, all), ended]).toEqual([expectedOf(all), all.length]);
      }),
    ),
);

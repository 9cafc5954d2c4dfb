import type { Evidence } from "./evidence.ts";

/** I4: who asks again gets the very same bytes, and what is recorded stays as it was recorded first. */
export function sameAnswer({ answers }: Pick<Evidence, "answers">): string[] {
  return answers.flatMap(({ what, bodies: [first, ...others] }) => {
    const other = others.find((body) => body !== first);
    return other === undefined ? [] : [`${what} was first ${first}, then ${other}`];
  });
}

import type { z } from "zod";
import { TerminalError } from "./errors.ts";

/** Outside data → the schema's type, or TerminalError `invalid` naming the first offending field. */
export function parse<S extends z.ZodType>(schema: S, data: unknown): z.infer<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = pathOf(issue);
  const problem = issue?.message ?? "does not fit the contract";
  throw new TerminalError("invalid", field === "" ? problem : `${field}: ${problem}`, {
    ...(field !== "" && { field }),
  });
}

function pathOf(issue: z.core.$ZodIssue | undefined): string {
  const extra = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  return [...(issue?.path ?? []), ...extra].reduce<string>(
    (path, part) =>
      typeof part === "number"
        ? `${path}[${part}]`
        : path === ""
          ? String(part)
          : `${path}.${String(part)}`,
    "",
  );
}

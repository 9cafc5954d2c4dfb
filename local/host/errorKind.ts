/** An error's code, or its name: says what went wrong without words that might hold a secret or a body. */
export function errorKind(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === "string") return code;
  return typeof name === "string" ? name : "Error";
}

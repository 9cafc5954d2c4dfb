import type { AuthLevel, HostedFunction } from "./functions.ts";

/** What the host tells about one function: for its list at start-up and for /admin/functions. */
export type FunctionInfo = {
  readonly name: string;
  readonly trigger: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: AuthLevel;
};

/** Routes are given with their prefix and a leading slash. */
export function describeFunction(
  { name, trigger }: HostedFunction,
  routePrefix: string,
): FunctionInfo {
  if (trigger.type !== "http") return { name, trigger: `${trigger.type}Trigger` };
  const { route, methods, authLevel } = trigger;
  const path = `/${routePrefix === "" ? "" : `${routePrefix}/`}${route}`;
  return { name, trigger: "httpTrigger", route: path, methods, authLevel };
}

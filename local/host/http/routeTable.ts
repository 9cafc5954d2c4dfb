import type { HostedFunction, HttpTrigger } from "../functions.ts";
import { StartUpError } from "../startUpError.ts";
import { parseRouteTemplate, type RouteParameters, type RouteTemplate } from "./routeTemplate.ts";

export type HttpFunction = HostedFunction<HttpTrigger>;

export type Route = { readonly fn: HttpFunction; readonly parameters: RouteParameters };

export type RouteTable = {
  /** The function for a request, or undefined: another method is no match either, as in the real host. */
  readonly find: (method: string, path: string) => Route | undefined;
};

const RESERVED = /^\/?(admin|runtime)(\/|$)/i;

/** All routes under the prefix, the most precise first. Two functions for one route and method throw. */
export function createRouteTable(
  functions: readonly HttpFunction[],
  routePrefix: string,
): RouteTable {
  const entries = functions.map((fn) => ({ fn, template: template(fn, routePrefix) }));
  const taken = new Map<string, string>();
  for (const { fn, template } of entries) {
    for (const method of fn.trigger.methods) {
      const route = `${method} ${template.normalized}`;
      const other = taken.get(route);
      if (other !== undefined) {
        throw new StartUpError(
          `The '${fn.name}' function is in error: The route specified conflicts with the route defined by function '${other}'.`,
        );
      }
      taken.set(route, fn.name);
    }
  }
  const ordered = entries.toSorted((a, b) => compare(a.template.precedence, b.template.precedence));

  return {
    find: (method, path) => {
      const segments = splitPath(path);
      if (segments === undefined) return undefined;
      for (const { fn, template } of ordered) {
        if (!fn.trigger.methods.includes(method)) continue;
        const parameters = template.match(segments);
        if (parameters !== undefined) return { fn, parameters };
      }
      return undefined;
    },
  };
}

function template(fn: HttpFunction, routePrefix: string): RouteTemplate {
  const full = routePrefix === "" ? fn.trigger.route : `${routePrefix}/${fn.trigger.route}`;
  try {
    if (RESERVED.test(full)) {
      throw new StartUpError("The specified route conflicts with one or more built in routes.");
    }
    return parseRouteTemplate(full);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartUpError(`The '${fn.name}' function is in error: ${reason}`, { cause: error });
  }
}

/** Decoded segments; one trailing slash is of no account. Undefined where the escapes are malformed. */
function splitPath(path: string): readonly string[] | undefined {
  const trimmed = path.replace(/^\//, "").replace(/\/$/, "");
  if (trimmed === "") return [];
  const segments = trimmed.split("/");
  if (!trimmed.includes("%")) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

import { StartUpError } from "../startUpError.ts";
import { routeConstraint } from "./routeConstraint.ts";

export type RouteParameters = Readonly<Record<string, string>>;

export type RouteTemplate = {
  /** Two templates with the same text match the same paths. */
  readonly normalized: string;
  /** Lower comes first: one digit a segment, compared from the left. */
  readonly precedence: readonly number[];
  /** The parameters of a path split at its slashes, or undefined where the path does not fit. */
  readonly match: (segments: readonly string[]) => RouteParameters | undefined;
};

type Parameter = {
  readonly name: string;
  readonly catchAll: boolean;
  readonly optional: boolean;
  readonly fallback: string | undefined;
  /** As written: two parameters that differ in name only match the same paths. */
  readonly constraints: string;
  readonly accepts: readonly ((value: string) => boolean)[];
};

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter"; readonly parameter: Parameter }
  | { readonly kind: "mixed"; readonly pattern: RegExp; readonly parameters: readonly Parameter[] };

/**
 * An ASP.NET Core route template: literals, `{name}`, constraints (`{id:int:min(1)}`), optional `{id?}`,
 * default `{id=5}`, catch-all `{*rest}` and `{**rest}`, and segments that mix them (`{name}.{type}`).
 * Literals are compared without regard to case. A template that makes no sense throws.
 */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = template === "" ? [] : splitOutsideBraces(template).map(parseSegment);
  const catchAll = segments.findIndex(isCatchAll);
  if (catchAll >= 0 && catchAll < segments.length - 1) {
    throw new StartUpError(`route '${template}': a catch-all parameter must come last.`);
  }
  return {
    normalized: segments.map(normalize).join("/"),
    precedence: segments.map(precedence),
    match: (path) => matchSegments(segments, path),
  };
}

function matchSegments(
  segments: readonly Segment[],
  path: readonly string[],
): RouteParameters | undefined {
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === "parameter" && segment.parameter.catchAll) {
      const rest = path.slice(index).join("/");
      return take(segment.parameter, rest, values) ? values : undefined;
    }
    if (!matchSegment(segment, path[index] ?? "", values)) return undefined;
  }
  return path.length > segments.length ? undefined : values;
}

function matchSegment(segment: Segment, value: string, values: Record<string, string>): boolean {
  if (segment.kind === "literal") return value.toLowerCase() === segment.text;
  if (segment.kind === "parameter") return take(segment.parameter, value, values);
  const groups = segment.pattern.exec(value);
  if (groups === null) return false;
  return segment.parameters.every((parameter, index) =>
    take(parameter, groups[index + 1] ?? "", values),
  );
}

function take(parameter: Parameter, value: string, values: Record<string, string>): boolean {
  if (value === "") {
    if (parameter.fallback !== undefined) values[parameter.name] = parameter.fallback;
    return parameter.fallback !== undefined || parameter.optional || parameter.catchAll;
  }
  if (!parameter.accepts.every((accepts) => accepts(value))) return false;
  values[parameter.name] = value;
  return true;
}

function parseSegment(text: string): Segment {
  const parts = text.match(/\{(?:[^{}]|\{\{|\}\})*\}|[^{}]+/g) ?? [];
  if (parts.join("") !== text || text === "")
    throw new StartUpError(`route segment '${text}' is malformed.`);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return only.startsWith("{")
      ? { kind: "parameter", parameter: parseParameter(only.slice(1, -1)) }
      : { kind: "literal", text: only.toLowerCase() };
  }
  const parameters = parts.filter((part) => part.startsWith("{"));
  const source = parts.map((part) =>
    part.startsWith("{") ? "(.+)" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
  );
  return {
    kind: "mixed",
    pattern: new RegExp(`^${source.join("")}$`, "i"),
    parameters: parameters.map((part) => parseParameter(part.slice(1, -1))),
  };
}

const PARAMETER =
  /^(?<star>\*{0,2})(?<name>[^*:=?]+)(?<constraints>(?::[a-z]+(?:\((?:[^()]|\([^()]*\))*\))?)*)(?:(?<optional>\?)|=(?<fallback>.*))?$/i;
const CONSTRAINT = /:(?<name>[a-z]+)(?:\((?<argument>(?:[^()]|\([^()]*\))*)\))?/gi;

function parseParameter(text: string): Parameter {
  const groups = PARAMETER.exec(text)?.groups;
  if (groups === undefined) throw new StartUpError(`route parameter '{${text}}' is malformed.`);
  const constraints = [...(groups["constraints"] ?? "").matchAll(CONSTRAINT)];
  return {
    name: groups["name"] ?? "",
    catchAll: groups["star"] !== "",
    optional: groups["optional"] !== undefined,
    fallback: groups["fallback"],
    constraints: groups["constraints"] ?? "",
    accepts: constraints.map(({ groups: constraint }) =>
      routeConstraint(constraint?.["name"] ?? "", constraint?.["argument"] ?? ""),
    ),
  };
}

/** A regex constraint may hold slashes, so only those outside braces divide. */
function splitOutsideBraces(template: string): string[] {
  const segments = template.match(/(?:\{(?:[^{}]|\{\{|\}\})*\}|[^/{}])+/g) ?? [];
  if (segments.join("/") !== template) throw new StartUpError(`route '${template}' is malformed.`);
  return segments;
}

function isCatchAll(segment: Segment): boolean {
  return segment.kind === "parameter" && segment.parameter.catchAll;
}

function normalize(segment: Segment): string {
  if (segment.kind === "literal") return segment.text;
  if (segment.kind === "mixed") return segment.pattern.source;
  const { catchAll, optional, constraints } = segment.parameter;
  return `{${catchAll ? "*" : ""}${constraints}${optional ? "?" : ""}}`;
}

/** ASP.NET Core's inbound precedence: literal, mixed or constrained, plain, then catch-alls. */
function precedence(segment: Segment): number {
  if (segment.kind === "literal") return 1;
  if (segment.kind === "mixed") return 2;
  const { catchAll, accepts } = segment.parameter;
  if (catchAll) return accepts.length > 0 ? 4 : 5;
  return accepts.length > 0 ? 2 : 3;
}

import { StartUpError } from "../startUpError.ts";

type Accepts = (value: string) => boolean;

const matching =
  (pattern: RegExp): Accepts =>
  (value) =>
    pattern.test(value);

const INTEGER = /^[+-]?\d+$/;

const integerWithin =
  (least: bigint, most: bigint): Accepts =>
  (value) =>
    INTEGER.test(value) &&
    BigInt(value.replace("+", "")) >= least &&
    BigInt(value.replace("+", "")) <= most;

const withoutArgument: Readonly<Record<string, Accepts>> = {
  int: integerWithin(-(2n ** 31n), 2n ** 31n - 1n),
  long: integerWithin(-(2n ** 63n), 2n ** 63n - 1n),
  bool: matching(/^(true|false)$/i),
  alpha: matching(/^[a-z]*$/i),
  guid: matching(/^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i),
  decimal: matching(/^[+-]?(\d+\.?\d*|\.\d+)$/),
  double: matching(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
  float: matching(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  required: (value) => value !== "",
};

/** One inline constraint of an ASP.NET Core route, by its name and the text in its parentheses. */
export function routeConstraint(name: string, argument: string): Accepts {
  const lower = name.toLowerCase();
  const plain = withoutArgument[lower];
  if (plain !== undefined) return plain;
  const numbers = argument.split(",").map(Number);
  const [first = Number.NaN, second = first] = numbers;
  if (lower !== "regex" && numbers.some(Number.isNaN)) throw malformed(name, argument);
  switch (lower) {
    case "length":
      return (value) => value.length >= first && value.length <= second;
    case "minlength":
      return (value) => value.length >= first;
    case "maxlength":
      return (value) => value.length <= first;
    case "min":
      return (value) => INTEGER.test(value) && Number(value) >= first;
    case "max":
      return (value) => INTEGER.test(value) && Number(value) <= first;
    case "range":
      return (value) => INTEGER.test(value) && Number(value) >= first && Number(value) <= second;
    case "regex":
      // Braces are doubled inside a template.
      return matching(new RegExp(argument.replaceAll("{{", "{").replaceAll("}}", "}"), "i"));
    default:
      throw malformed(name, argument);
  }
}

function malformed(name: string, argument: string): StartUpError {
  return new StartUpError(`route constraint '${name}(${argument})' is not known.`);
}

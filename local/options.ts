import { parseArgs } from "node:util";

/** An option of a command: its value when nobody says otherwise, and what it is for. */
type Option = { readonly default: string | number | boolean | undefined; readonly help: string };
type Values<O extends Record<string, Option>> = { [K in keyof O]: Widened<O[K]["default"]> };
type Widened<T> = T extends number
  ? number
  : T extends boolean
    ? boolean
    : T extends string
      ? string
      : string | undefined;

/** A wrong option: its message is all that a person needs to see. */
class OptionError extends Error {
  override readonly name = "OptionError";
}

/**
 * `--amqp-port 5673`, or the environment variable `AMQP_PORT` (PowerShell swallows `--`); the command line wins.
 * Throws OptionError for an unknown option or a value of the wrong kind.
 */
export function readOptions<const O extends Record<string, Option>>(
  options: O,
  args = process.argv.slice(2),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Values<O> {
  const given = readArguments(options, args);
  const entries = Object.entries(options).map(([name, option]) => {
    const flag = kebab(name);
    const text = given[flag] ?? env[flag.replaceAll("-", "_").toUpperCase()];
    return [name, text === undefined ? option.default : convert(flag, option, text)];
  });
  return Object.fromEntries(entries) as Values<O>;
}

function readArguments(options: Record<string, Option>, args: string[]) {
  const definitions = Object.entries(options).map(([name, option]) => [
    kebab(name),
    { type: typeof option.default === "boolean" ? ("boolean" as const) : ("string" as const) },
  ]);
  try {
    return parseArgs({ args, options: Object.fromEntries(definitions) }).values as Record<
      string,
      string | boolean | undefined
    >;
  } catch (error) {
    const usage = Object.entries(options).map(([name, { help }]) => `  --${kebab(name)}  ${help}`);
    throw new OptionError(`${(error as Error).message}\nOptions:\n${usage.join("\n")}`);
  }
}

const HIGHEST_PORT = 65_535;

function convert(flag: string, option: Option, given: string | boolean) {
  if (typeof option.default === "boolean") {
    return given === true || /^(1|true|yes)$/i.test(String(given));
  }
  if (typeof option.default !== "number") return given;
  const highest = flag.endsWith("-port") ? HIGHEST_PORT : Number.MAX_SAFE_INTEGER;
  const number = Number(given);
  if (given !== "" && Number.isInteger(number) && number >= 0 && number <= highest) return number;
  throw new OptionError(`--${flag} takes a whole number from 0 to ${highest}, not "${given}"`);
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { parseIsoDuration } from "./isoDuration.ts";

/** A configuration file cannot be used. The message is one line naming the file and the member. */
export class EntitiesError extends Error {
  override readonly name = "EntitiesError";
}

/**
 * One value of a JSONC file together with the path that leads to it, so that whatever is wrong can be
 * said in one line. Read by hand rather than with zod, whose import alone would take a quarter of the
 * time in which the emulator has to be listening.
 */
export class ConfigMember {
  readonly #file: string;
  readonly #path: string;
  readonly #value: unknown;

  constructor(file: string, path: string, value: unknown) {
    this.#file = file;
    this.#path = path;
    this.#value = value;
  }

  fail(problem: string): EntitiesError {
    return new EntitiesError(`${this.#file}: ${this.#path || "the file"} ${problem}`);
  }

  get present(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  /** Checks that this is an object with no members but the known ones: a misspelt one must not pass unseen. */
  only(...known: readonly string[]): this {
    for (const name of Object.keys(this.#object())) {
      if (!known.includes(name)) throw this.at(name).fail("is unknown or not supported");
    }
    return this;
  }

  at(name: string): ConfigMember {
    const path = this.#path ? `${this.#path}.${name}` : name;
    return new ConfigMember(this.#file, path, this.#object()[name]);
  }

  /** This member, or an empty object where it is left out. */
  orEmpty(): ConfigMember {
    return this.present ? this : new ConfigMember(this.#file, this.#path, {});
  }

  /** The members of a list; none when it is left out. */
  list(): readonly ConfigMember[] {
    if (!this.present) return [];
    if (!Array.isArray(this.#value)) throw this.fail("must be a list");
    return this.#value.map(
      (value, index) => new ConfigMember(this.#file, `${this.#path}[${index}]`, value),
    );
  }

  text(): string {
    if (typeof this.#value === "string" && this.#value !== "") return this.#value;
    throw this.fail("must be a text that is not empty");
  }

  /** The text, or undefined where it is left out or empty, as the official samples write "none". */
  optionalText(): string | undefined {
    return this.present && this.#value !== "" ? this.text() : undefined;
  }

  flag(fallback: boolean): boolean {
    if (!this.present) return fallback;
    if (typeof this.#value === "boolean") return this.#value;
    throw this.fail("must be true or false");
  }

  /** A whole number in the given bounds; the official files also write it as text. */
  /** A whole number; the fallback, if there is one, where the member is absent. */
  count(min: number, max: number, fallback?: number): number {
    if (fallback !== undefined && !this.present) return fallback;
    const isNumeric =
      typeof this.#value === "number" ||
      (typeof this.#value === "string" && /^\d+$/.test(this.#value));
    const count = Number(this.#value);
    if (isNumeric && Number.isInteger(count) && count >= min && count <= max) return count;
    throw this.fail(`must be a whole number from ${min} to ${max}`);
  }

  durationMs(fallbackMs: number): number {
    if (!this.present) return fallbackMs;
    const ms = typeof this.#value === "string" ? parseIsoDuration(this.#value) : undefined;
    if (ms !== undefined && ms > 0) return ms;
    throw this.fail('must be an ISO 8601 duration above zero, such as "PT1M"');
  }

  #object(): Readonly<Record<string, unknown>> {
    if (typeof this.#value !== "object" || this.#value === null || Array.isArray(this.#value)) {
      throw this.fail("must be an object");
    }
    return this.#value as Readonly<Record<string, unknown>>;
  }
}

/** The root member of a JSONC text: comments and trailing commas are fine, as in the official files. */
export function parseConfig(file: string, text: string): ConfigMember {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first) {
    const line = text.slice(0, first.offset).split("\n").length;
    throw new EntitiesError(
      `${file}: line ${line} is not valid JSON (${printParseErrorCode(first.error)})`,
    );
  }
  return new ConfigMember(file, "", value);
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ParseError, parse } from "jsonc-parser";
import { StartUpError } from "./startUpError.ts";

/** App settings by name, as the app's process sees them. */
export type Settings = Readonly<Record<string, string>>;

type LocalSettings = {
  readonly values: Settings;
  readonly connectionStrings: Settings;
  readonly httpPort: number | undefined;
};

const none: LocalSettings = { values: {}, connectionStrings: {}, httpPort: undefined };

/**
 * Reads local.settings.json, or local.settings.sample.json where a fresh clone has none. An app without
 * either has no settings of its own. Encrypted files are refused.
 */
export async function readLocalSettings(appDirectory: string): Promise<LocalSettings> {
  for (const name of ["local.settings.json", "local.settings.sample.json"]) {
    const text = await readFile(join(appDirectory, name), "utf8").catch(() => undefined);
    if (text !== undefined) return parseLocalSettings(name, text);
  }
  return none;
}

function parseLocalSettings(name: string, text: string): LocalSettings {
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || typeof content !== "object" || content === null) {
    throw new StartUpError(`${name} is not valid JSON.`);
  }
  const { IsEncrypted, Values, ConnectionStrings, Host } = content as Record<string, unknown>;
  if (IsEncrypted === true) throw new StartUpError(`${name} is encrypted, which is not supported.`);
  const port = (Host as { LocalHttpPort?: unknown } | undefined)?.LocalHttpPort;
  return {
    values: strings(Values ?? {}, `${name}: Values`),
    connectionStrings: connectionStrings(ConnectionStrings ?? {}, name),
    httpPort: typeof port === "number" ? port : undefined,
  };
}

function strings(value: unknown, where: string): Settings {
  if (typeof value !== "object" || value === null) throw new StartUpError(`${where} is no object.`);
  return Object.fromEntries(
    Object.entries(value).map(([name, setting]) => {
      if (!["string", "number", "boolean"].includes(typeof setting)) {
        throw new StartUpError(`${where}.${name} is not a string.`);
      }
      return [name, String(setting)];
    }),
  );
}

/** Each is a string, or an object with `ConnectionString`; both become `ConnectionStrings:<name>`. */
function connectionStrings(value: unknown, file: string): Settings {
  const flat = Object.entries(value as Record<string, unknown>).map(([name, setting]) => [
    `ConnectionStrings:${name}`,
    typeof setting === "object" && setting !== null && "ConnectionString" in setting
      ? setting.ConnectionString
      : setting,
  ]);
  return strings(Object.fromEntries(flat), `${file}: ConnectionStrings`);
}

type Env = Record<string, string | undefined>;

/**
 * Puts the settings where the app reads them. As with `func`, a variable that already exists wins over
 * the file; overrides win over both. Returns the settings in force.
 */
export function applySettings(env: Env, file: LocalSettings, overrides: Settings): Settings {
  const fromFile = { ...file.connectionStrings, ...file.values };
  for (const [name, value] of Object.entries(fromFile)) env[name] ??= value;
  env["AZURE_FUNCTIONS_ENVIRONMENT"] ??= "Development";
  env["FUNCTIONS_CORETOOLS_ENVIRONMENT"] ??= "true";
  for (const [name, value] of Object.entries(overrides)) env[name] = value;
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Replaces each `%NAME%` of a binding's string by that setting. Throws when a setting is missing. */
export function resolveNames(text: string, settings: Settings): string {
  return text.replace(/%([^%]*)%/g, (_all, name: string) => {
    const value = settings[name];
    if (value === undefined || value === "") {
      throw new StartUpError(`'%${name}%' does not resolve to a value.`);
    }
    return value;
  });
}

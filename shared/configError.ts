/** A setting is missing or wrong. The message names the setting, never its value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

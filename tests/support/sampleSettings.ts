import { readFileSync } from "node:fs";

/** The settings of a fresh clone: what `local.settings.sample.json` says. */
export const sampleSettings: Readonly<Record<string, string>> = (
  JSON.parse(
    readFileSync(new URL("../../local.settings.sample.json", import.meta.url), "utf8"),
  ) as { Values: Record<string, string> }
).Values;

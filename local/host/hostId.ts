import { hash } from "node:crypto";
import { realpathSync } from "node:fs";
import type { Settings } from "./settings.ts";

const ID_LENGTH = 16;

/**
 * Names the app in storage that it shares with others: all hosts of one app have the same id, hosts of two
 * apps have not. Setting `AzureFunctionsWebHost__hostid` overrides it, as on the real host.
 */
export function hostId(appDirectory: string, settings: Settings): string {
  const given =
    settings["AzureFunctionsWebHost__hostid"] ?? settings["AzureFunctionsWebHost:hostid"];
  if (given) return given;
  return `local-${hash("sha256", realpathSync(appDirectory)).slice(0, ID_LENGTH)}`;
}

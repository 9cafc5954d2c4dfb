import { type Connection, findConnection } from "./connections.ts";
import type { HostedFunction } from "./functions.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./settings.ts";
import { StartUpError } from "./startUpError.ts";

/**
 * What concerns all functions together. The host's own storage, which every trigger but HTTP needs, is
 * returned; undefined when there are HTTP functions only. Warns of a `retry` that has no effect.
 */
export function checkTriggers(
  functions: readonly HostedFunction[],
  settings: Settings,
  log: Log,
): Connection | undefined {
  for (const { name, trigger, metadata } of functions) {
    const retries = trigger.type === "eventHub" || trigger.type === "timer";
    if (metadata.retryOptions === undefined || retries) continue;
    log("warning", "Host", `${name}: 'retry' has no effect on this kind of trigger and is ignored`);
  }
  if (functions.every(({ trigger }) => trigger.type === "http")) return undefined;
  if (!hasStorage(settings)) {
    throw new StartUpError(
      "Missing value for AzureWebJobsStorage in the app settings. This is required for all triggers other than httptrigger.",
    );
  }
  return findConnection("Storage", "Storage", settings);
}

function hasStorage(settings: Settings): boolean {
  return Object.entries(settings).some(
    ([name, value]) => /^AzureWebJobsStorage(__|$)/.test(name) && value !== "",
  );
}

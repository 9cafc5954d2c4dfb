import { readFileSync } from "node:fs";
import { type ConfigMember, EntitiesError, parseConfig } from "./configMember.ts";
import type { HubDescription } from "./eventHubs/hubDescription.ts";
import type { QueueDescription } from "./serviceBus/queueDescription.ts";

/** What a namespace holds. Names are unique without regard to case, across queues and hubs too. */
export type Entities = {
  readonly queues: readonly QueueDescription[];
  readonly hubs: readonly HubDescription[];
};

/** The service's own values where a file leaves a property out. */
const defaults = {
  lockDurationMs: 60_000,
  maxDeliveryCount: 10,
  timeToLiveMs: 14 * 24 * 60 * 60 * 1000,
  duplicateDetectionWindowMs: 10 * 60 * 1000,
  maxSizeInMegabytes: 1_024,
};

const MEGABYTE = 1_024 * 1_024;

/** The service's bounds, not the tighter ones of the official emulators. */
const limits = { maxDeliveryCount: 2_000, maxSizeInMegabytes: 81_920, partitionCount: 2_048 };

/**
 * Reads the configuration files of the official Service Bus and Event Hubs emulators. Throws an
 * {@link EntitiesError} of one line for whatever is wrong, unknown or not supported.
 */
export function readEntities(files: {
  readonly serviceBusConfig: string;
  readonly eventHubsConfig: string;
}): Entities {
  const queues = parseServiceBusConfig(files.serviceBusConfig, readText(files.serviceBusConfig));
  const hubs = parseEventHubsConfig(files.eventHubsConfig, readText(files.eventHubsConfig));
  const clash = hubs.find((hub) => queues.some((queue) => sameName(queue.name, hub.name)));
  if (clash) {
    throw new EntitiesError(
      `${files.eventHubsConfig}: "${clash.name}" is also a queue in ${files.serviceBusConfig}; one namespace serves both`,
    );
  }
  return { queues, hubs };
}

/** The queues of a Service Bus Config.json. `file` stands in messages only. */
export function parseServiceBusConfig(file: string, text: string): readonly QueueDescription[] {
  const config = parseConfig(file, text).only("UserConfig", "$schema").at("UserConfig");
  config.only("Namespaces", "Logging");
  const namespace = onlyOne(config.at("Namespaces")).only("Name", "Queues", "Topics");
  const topic = namespace.at("Topics").list()[0];
  if (topic) {
    throw topic.fail(`(${topic.at("Name").text()}) is a topic; topics are not supported`);
  }
  const queues = uniquelyNamed(namespace.at("Queues").list(), toQueue);
  for (const [index, { forwardTo, forwardDeadLetteredMessagesTo }] of queues.entries()) {
    for (const target of [forwardTo, forwardDeadLetteredMessagesTo]) {
      if (target && !queues.some(({ name }) => sameName(name, target))) {
        throw namespace.at("Queues").list()[index]?.fail(`forwards to "${target}", not a queue`);
      }
    }
  }
  return queues;
}

/** The hubs of an Event Hubs Config.json. `file` stands in messages only. */
export function parseEventHubsConfig(file: string, text: string): readonly HubDescription[] {
  const config = parseConfig(file, text).only("UserConfig", "$schema").at("UserConfig");
  config.only("NamespaceConfig", "LoggingConfig");
  const namespace = onlyOne(config.at("NamespaceConfig")).only("Type", "Name", "Entities");
  if (namespace.at("Type").optionalText()?.toLowerCase() !== "eventhub") {
    throw namespace.at("Type").fail('must be "EventHub"');
  }
  return uniquelyNamed(namespace.at("Entities").list(), toHub);
}

function toQueue(queue: ConfigMember): QueueDescription {
  queue.only("Name", "Properties");
  const properties = queue.at("Properties").orEmpty().only(
    "DeadLetteringOnMessageExpiration",
    "DefaultMessageTimeToLive",
    "DuplicateDetectionHistoryTimeWindow",
    "ForwardDeadLetteredMessagesTo",
    "ForwardTo",
    "LockDuration",
    "MaxDeliveryCount",
    "MaxSizeInMegabytes", // the service's name; the official emulators do not know it
    "RequiresDuplicateDetection",
    "RequiresSession",
  );
  const duplicateDetectionWindowMs = properties
    .at("DuplicateDetectionHistoryTimeWindow")
    .durationMs(defaults.duplicateDetectionWindowMs);
  return {
    name: queue.at("Name").text(),
    lockDurationMs: properties.at("LockDuration").durationMs(defaults.lockDurationMs),
    maxDeliveryCount: properties
      .at("MaxDeliveryCount")
      .count(1, limits.maxDeliveryCount, defaults.maxDeliveryCount),
    defaultMessageTimeToLiveMs: properties
      .at("DefaultMessageTimeToLive")
      .durationMs(defaults.timeToLiveMs),
    duplicateDetectionWindowMs: properties.at("RequiresDuplicateDetection").flag(false)
      ? duplicateDetectionWindowMs
      : undefined,
    maxSizeBytes:
      MEGABYTE *
      properties
        .at("MaxSizeInMegabytes")
        .count(1, limits.maxSizeInMegabytes, defaults.maxSizeInMegabytes),
    requiresSession: properties.at("RequiresSession").flag(false),
    deadLetteringOnMessageExpiration: properties.at("DeadLetteringOnMessageExpiration").flag(false),
    forwardTo: properties.at("ForwardTo").optionalText(),
    forwardDeadLetteredMessagesTo: properties.at("ForwardDeadLetteredMessagesTo").optionalText(),
  };
}

function toHub(hub: ConfigMember): HubDescription {
  hub.only("Name", "PartitionCount", "ConsumerGroups");
  const groups = uniquelyNamed(hub.at("ConsumerGroups").list(), (group) => ({
    name: group.only("Name").at("Name").text(),
  })).map(({ name }) => name);
  return {
    name: hub.at("Name").text(),
    partitionCount: hub.at("PartitionCount").count(1, limits.partitionCount),
    consumerGroups: groups.some((name) => sameName(name, "$Default"))
      ? groups
      : ["$Default", ...groups],
  };
}

/** A connection string names one namespace, so a second one could never be reached. */
function onlyOne(namespaces: ConfigMember): ConfigMember {
  const [first, second] = namespaces.list();
  if (!first) throw namespaces.fail("must hold a namespace");
  if (second) throw second.fail("is a second namespace; one is supported");
  return first;
}

function uniquelyNamed<T extends { readonly name: string }>(
  members: readonly ConfigMember[],
  toEntity: (member: ConfigMember) => T,
): readonly T[] {
  const seen = new Set<string>();
  return members.map((member) => {
    const entity = toEntity(member);
    const name = entity.name.toLowerCase();
    if (seen.has(name)) throw member.fail(`repeats the name "${entity.name}"`);
    seen.add(name);
    return entity;
  });
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EntitiesError(`${file}: cannot be read (${code})`, { cause });
  }
}

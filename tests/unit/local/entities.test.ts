import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  parseEventHubsConfig,
  parseServiceBusConfig,
  readEntities,
} from "../../../local/entities.ts";

const serviceBus = (namespace: string) =>
  `{ "UserConfig": { "Namespaces": [{ "Name": "n", ${namespace} }], "Logging": { "Type": "File" } } }`;
const eventHubs = (entities: string) =>
  `{ "UserConfig": { "NamespaceConfig": [{ "Type": "EventHub", "Name": "n", "Entities": [${entities}] }] } }`;

describe("the Service Bus configuration", () => {
  it("gives every property of a queue", () => {
    const text = serviceBus(`
      // comments and trailing commas are what the official files contain
      "Queues": [
        { "Name": "orders", "Properties": {
          "DeadLetteringOnMessageExpiration": true, "DefaultMessageTimeToLive": "PT1H",
          "DuplicateDetectionHistoryTimeWindow": "PT20S", "RequiresDuplicateDetection": true,
          "ForwardTo": "", "ForwardDeadLetteredMessagesTo": "Poison",
          "LockDuration": "PT30S", "MaxDeliveryCount": 3, "MaxSizeInMegabytes": 2048,
          "RequiresSession": true, } },
        { "Name": "poison" },
      ], "Topics": []`);

    const [orders] = parseServiceBusConfig("sb.json", text);

    expect(orders).toEqual({
      name: "orders",
      lockDurationMs: 30_000,
      maxDeliveryCount: 3,
      defaultMessageTimeToLiveMs: 3_600_000,
      duplicateDetectionWindowMs: 20_000,
      maxSizeBytes: 2_147_483_648,
      requiresSession: true,
      deadLetteringOnMessageExpiration: true,
      forwardTo: undefined,
      forwardDeadLetteredMessagesTo: "Poison",
    });
  });

  it("gives the service's defaults to a queue without properties", () => {
    const queues = parseServiceBusConfig("sb.json", serviceBus(`"Queues": [{ "Name": "q" }]`));

    expect(queues).toEqual([
      {
        name: "q",
        lockDurationMs: 60_000,
        maxDeliveryCount: 10,
        defaultMessageTimeToLiveMs: 1_209_600_000,
        duplicateDetectionWindowMs: undefined,
        maxSizeBytes: 1_073_741_824,
        requiresSession: false,
        deadLetteringOnMessageExpiration: false,
        forwardTo: undefined,
        forwardDeadLetteredMessagesTo: undefined,
      },
    ]);
  });

  it.each([
    ["broken JSON", '{\n  "UserConfig": {,', "sb.json: line 2 is not valid JSON"],
    ["no object", "[]", "sb.json: the file must be an object"],
    [
      "no namespace",
      `{ "UserConfig": {} }`,
      "sb.json: UserConfig.Namespaces must hold a namespace",
    ],
    [
      "a second namespace",
      `{ "UserConfig": { "Namespaces": [{}, {}] } }`,
      "sb.json: UserConfig.Namespaces[1] is a second namespace; one is supported",
    ],
    [
      "a topic",
      serviceBus(`"Topics": [{ "Name": "news" }]`),
      "sb.json: UserConfig.Namespaces[0].Topics[0] (news) is a topic; topics are not supported",
    ],
    [
      "a misspelt property",
      serviceBus(`"Queues": [{ "Name": "q", "Properties": { "RequireSession": true } }]`),
      "sb.json: UserConfig.Namespaces[0].Queues[0].Properties.RequireSession is unknown or not supported",
    ],
    [
      "a queue without a name",
      serviceBus(`"Queues": [{ "Properties": {} }]`),
      "sb.json: UserConfig.Namespaces[0].Queues[0].Name must be a text that is not empty",
    ],
    [
      "a wrong duration",
      serviceBus(`"Queues": [{ "Name": "q", "Properties": { "LockDuration": "1 minute" } }]`),
      `sb.json: UserConfig.Namespaces[0].Queues[0].Properties.LockDuration must be an ISO 8601 duration above zero, such as "PT1M"`,
    ],
    [
      "a wrong count",
      serviceBus(`"Queues": [{ "Name": "q", "Properties": { "MaxDeliveryCount": 0 } }]`),
      "sb.json: UserConfig.Namespaces[0].Queues[0].Properties.MaxDeliveryCount must be a whole number from 1 to 2000",
    ],
    [
      "a wrong flag",
      serviceBus(`"Queues": [{ "Name": "q", "Properties": { "RequiresSession": "true" } }]`),
      "sb.json: UserConfig.Namespaces[0].Queues[0].Properties.RequiresSession must be true or false",
    ],
    [
      "a repeated name",
      serviceBus(`"Queues": [{ "Name": "q" }, { "Name": "Q" }]`),
      'sb.json: UserConfig.Namespaces[0].Queues[1] repeats the name "Q"',
    ],
    [
      "a forward to nowhere",
      serviceBus(`"Queues": [{ "Name": "q", "Properties": { "ForwardTo": "r" } }]`),
      'sb.json: UserConfig.Namespaces[0].Queues[0] forwards to "r", not a queue',
    ],
  ])("refuses %s in one line", (_, text, expected) => {
    const parsing = () => parseServiceBusConfig("sb.json", text);

    expect(parsing).toThrow(expected);
    expect(parsing).toThrow(/^.*$/);
  });
});

describe("the Event Hubs configuration", () => {
  it("gives hubs with $Default among their consumer groups", () => {
    const text = eventHubs(
      `{ "Name": "a", "PartitionCount": "2", "ConsumerGroups": [{ "Name": "cg1" }] },
       { "Name": "b", "PartitionCount": 32, "ConsumerGroups": [{ "Name": "$default" }] }`,
    );

    const hubs = parseEventHubsConfig("eh.json", text);

    expect(hubs).toEqual([
      { name: "a", partitionCount: 2, consumerGroups: ["$Default", "cg1"] },
      { name: "b", partitionCount: 32, consumerGroups: ["$default"] },
    ]);
  });

  it.each([
    [
      "a wrong type",
      `{ "UserConfig": { "NamespaceConfig": [{ "Type": "Kafka" }] } }`,
      'eh.json: UserConfig.NamespaceConfig[0].Type must be "EventHub"',
    ],
    [
      "a missing partition count",
      eventHubs(`{ "Name": "a" }`),
      "eh.json: UserConfig.NamespaceConfig[0].Entities[0].PartitionCount must be a whole number from 1 to 2048",
    ],
    [
      "consumer groups that are no list",
      eventHubs(`{ "Name": "a", "PartitionCount": 1, "ConsumerGroups": "cg1" }`),
      "eh.json: UserConfig.NamespaceConfig[0].Entities[0].ConsumerGroups must be a list",
    ],
  ])("refuses %s", (_, text, expected) => {
    const parsing = () => parseEventHubsConfig("eh.json", text);

    expect(parsing).toThrow(expected);
  });
});

describe("readEntities", () => {
  const infra = (name: string) =>
    fileURLToPath(new URL(`../../../infra/entities/${name}`, import.meta.url));

  it("reads the files of this repository", () => {
    const entities = readEntities({
      serviceBusConfig: infra("service-bus.json"),
      eventHubsConfig: infra("event-hubs.json"),
    });

    expect(entities.queues.map(({ name }) => name)).toContain("orders");
    expect(entities.hubs.map(({ name }) => name)).toContain("telemetry");
  });

  it("names a file that is not there", () => {
    const reading = () =>
      readEntities({ serviceBusConfig: "/nowhere/sb.json", eventHubsConfig: "eh.json" });

    expect(reading).toThrow("/nowhere/sb.json: cannot be read (ENOENT)");
  });

  it("refuses a hub with the name of a queue", () => {
    const directory = mkdtempSync(join(tmpdir(), "entities-"));
    const serviceBusConfig = join(directory, "sb.json");
    const eventHubsConfig = join(directory, "eh.json");
    writeFileSync(serviceBusConfig, serviceBus(`"Queues": [{ "Name": "Same" }]`));
    writeFileSync(eventHubsConfig, eventHubs(`{ "Name": "same", "PartitionCount": 1 }`));

    const reading = () => readEntities({ serviceBusConfig, eventHubsConfig });

    expect(reading).toThrow(`"same" is also a queue in ${serviceBusConfig}`);
    rmSync(directory, { recursive: true });
  });
});

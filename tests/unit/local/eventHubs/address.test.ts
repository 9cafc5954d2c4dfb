import { describe, expect, it } from "vitest";
import { parseHubAddress } from "../../../../local/eventHubs/address.ts";

describe("parseHubAddress", () => {
  it.each([
    ["$management", { kind: "management" }],
    ["telemetry", { kind: "hub", hub: "telemetry" }],
    ["Telemetry/Partitions/3", { kind: "partition", hub: "Telemetry", partitionId: "3" }],
    ["telemetry/Partitions", { kind: "partition", hub: "telemetry", partitionId: "" }],
    [
      "telemetry/consumergroups/$Default/partitions/0",
      {
        kind: "consumerGroupPartition",
        hub: "telemetry",
        consumerGroup: "$Default",
        partitionId: "0",
      },
    ],
  ])("reads %s", (address, expected) => {
    const parsed = parseHubAddress(address);

    expect(parsed).toEqual(expected);
  });

  it.each(["", "telemetry/Publishers/p", "a/ConsumerGroups/b"])("does not know %j", (address) => {
    const parsed = parseHubAddress(address);

    expect(parsed).toBeUndefined();
  });
});

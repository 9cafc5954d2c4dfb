/** What the address of a link means to Event Hubs; partition ids are kept as text, since any may be asked for. */
export type HubAddress =
  | { readonly kind: "management" }
  | { readonly kind: "hub"; readonly hub: string }
  | { readonly kind: "partition"; readonly hub: string; readonly partitionId: string }
  | {
      readonly kind: "consumerGroupPartition";
      readonly hub: string;
      readonly consumerGroup: string;
      readonly partitionId: string;
    };

/**
 * Reads the address of a link or the audience of a token, without scheme and host. Undefined for a path
 * of any other shape.
 */
export function parseHubAddress(address: string): HubAddress | undefined {
  const [hub = "", ...rest] = address.split("/");
  const [first, second = "", third, fourth = ""] = rest;
  if (same(hub, "$management") && rest.length === 0) return { kind: "management" };
  if (hub === "") return undefined;
  if (rest.length === 0) return { kind: "hub", hub };
  // An empty partition id loses its slash on the way here.
  if (rest.length <= 2 && same(first, "Partitions")) {
    return { kind: "partition", hub, partitionId: second };
  }
  if (rest.length <= 4 && same(first, "ConsumerGroups") && same(third, "Partitions")) {
    return { kind: "consumerGroupPartition", hub, consumerGroup: second, partitionId: fourth };
  }
  return undefined;
}

function same(segment: string | undefined, expected: string): boolean {
  return segment?.toLowerCase() === expected.toLowerCase();
}

/** What each fault of the broker takes and does: local/faults/faults.ts. */
type Faults = {
  "duplicate-deliveries": { queue: string; count?: number };
  "expire-locks": { queue: string; sequenceNumber?: number };
  "detach-links": { address: string };
  "drop-connections": Record<string, never>;
  "drop-dispositions": { queue: string; count?: number };
  "delay-deliveries": { queue: string; ms: number };
  "reorder-deliveries": { queue: string; count: number };
  "rewind-partition": { hub: string; partition: string; events: number };
};

export type BrokerFaults = {
  /** Answers what the broker did, by name; throws when it could not. */
  readonly inject: <Name extends keyof Faults>(
    name: Name,
    given: Faults[Name],
  ) => Promise<Readonly<Record<string, number>>>;
};

/** Makes the broker whose HTTP port this is go wrong on request. */
export function brokerFaults(adminUrl: string): BrokerFaults {
  return {
    inject: async (name, given) => {
      const response = await fetch(`${adminUrl}/faults/${name}`, {
        method: "POST",
        body: JSON.stringify(given),
      });
      if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Record<string, number>;
    },
  };
}

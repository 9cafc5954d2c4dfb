/** One change of what stand-ins remember. */
export type MemoryChange = {
  readonly map: string;
  readonly key: string;
  /** Undefined: the key is gone. */
  readonly value: unknown;
};

/** A record of the journal: JSON text of the members in this order, the value left out where it is gone. */
export function encodeChange({ map, key, value }: MemoryChange): readonly Buffer[] {
  return [Buffer.from(JSON.stringify(value === undefined ? [map, key] : [map, key, value]))];
}

export function decodeChange(record: Buffer): MemoryChange {
  const [map, key, value] = JSON.parse(record.toString()) as [string, string, unknown];
  return { map, key, value };
}

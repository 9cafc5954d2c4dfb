import { type MemoryChange } from "./memoryRecord.ts";

type Changed = (change: MemoryChange) => void;

/** A map that tells each of its changes, until it is let go. */
class RememberedMap extends Map<string, unknown> {
  #changed: ((key: string, value: unknown) => void) | undefined;

  constructor(changed: (key: string, value: unknown) => void) {
    super();
    this.#changed = changed;
  }

  override set(key: string, value: unknown): this {
    super.set(key, value);
    this.#changed?.(key, value);
    return this;
  }

  override delete(key: string): boolean {
    const was = super.delete(key);
    if (was) this.#changed?.(key, undefined);
    return was;
  }

  override clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  letGo(): void {
    this.#changed = undefined;
  }
}

/** Maps by name that tell `changed` what happens to them. */
export function createRememberedMaps(changed: Changed) {
  const maps = new Map<string, RememberedMap>();
  const of = (map: string) => {
    const known = maps.get(map);
    if (known) return known;
    const made = new RememberedMap((key, value) => changed({ map, key, value }));
    maps.set(map, made);
    return made;
  };
  return {
    of,
    apply: ({ map, key, value }: MemoryChange) => {
      if (value === undefined) of(map).delete(key);
      else of(map).set(key, value);
    },
    /** Changes from which all maps can be made again. */
    snapshot: function* (): Generator<MemoryChange> {
      for (const [map, entries] of maps) {
        for (const [key, value] of entries) yield { map, key, value };
      }
    },
    /** Empties the maps whose names begin so, and is told nothing more by whoever has them still. */
    forget: (prefix: string) => {
      for (const [name, map] of maps) {
        if (!name.startsWith(prefix)) continue;
        map.clear();
        map.letGo();
        maps.delete(name);
      }
    },
    letGo: () => {
      for (const map of maps.values()) map.letGo();
    },
  };
}

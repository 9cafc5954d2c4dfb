import { describe, expect, it } from "vitest";
import { createHub, partitionOf } from "../../../../local/eventHubs/hub.ts";
import { createHubStores } from "../../../../local/eventHubs/hubStore.ts";
import type { StoredEvent } from "../../../../local/eventHubs/storedEvent.ts";
import { DamagedStateError } from "../../../../local/journal/errors.ts";
import { copyOf, createMemoryFiles, type MemoryFiles } from "../../../support/memoryFiles.ts";

const EVENT_BYTES = 1_000_000;

function start(files: MemoryFiles, { begun = false } = {}) {
  const stores = createHubStores({
    directory: "broker/hubs",
    files,
    sync: false,
    begun,
    commits: { add: (changed) => void changed.commit(), commit: () => {}, close: () => {} },
    createdAtMs: 0,
    log: () => {},
  });
  const hub = createHub(
    { name: "telemetry", partitionCount: 1, consumerGroups: [] },
    { now: () => 0, stores },
  );
  const { events, makeRoom } = partitionOf(hub, "0");
  const append = (count: number) => {
    for (let n = 0; n < count; n += 1) {
      makeRoom(EVENT_BYTES, 1);
      events.append([{ sizeBytes: EVENT_BYTES, at: () => anEvent }]);
    }
  };
  return { events, append };
}

const logsIn = ({ contents }: MemoryFiles) =>
  [...contents.keys()].filter((path) => path.endsWith(".log")).toSorted();
const anEvent: StoredEvent = { message: Buffer.alloc(EVENT_BYTES), headerBytes: 0 };

describe("the files of a hub", () => {
  it("are refused without the newest of a log, however many are left", () => {
    for (const count of [1, 20]) {
      const files = createMemoryFiles();
      start(files).append(count);
      const newest = logsIn(files).at(-1) ?? "";
      files.contents.delete(newest);

      const again = () => start(copyOf(files), { begun: true });

      expect(again).toThrow(DamagedStateError);
      expect(again).toThrow(`${newest} is missing`);
    }
  });

  it.each(["", "\0".repeat(500)])("are refused where the newest of a log is empty", (content) => {
    const files = createMemoryFiles();
    start(files).append(1);
    files.contents.set(logsIn(files)[0] ?? "", Buffer.from(content));

    expect(() => start(copyOf(files), { begun: true })).toThrow("is empty");
  });

  it("are refused without the journal that names them", () => {
    const files = createMemoryFiles();
    start(files).append(1);
    files.contents.delete("broker/hubs.journal");

    expect(() => start(copyOf(files), { begun: true })).toThrow("hubs.journal is missing");
  });
});

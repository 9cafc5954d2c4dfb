import { describe, expect, it } from "vitest";
import { refuseStrangeHubs } from "../../../../local/eventHubs/hubStore.ts";
import { DamagedStateError } from "../../../../local/journal/errors.ts";
import { copyOf, type MemoryFiles } from "../../../support/memoryFiles.ts";
import { aDurablePartition } from "./aDurablePartition.ts";

const HOUR_MS = 3_600_000;

const event = (says: string, sizeBytes = says.length) => ({ says, sizeBytes });
const logsIn = ({ contents }: MemoryFiles) =>
  [...contents.keys()].filter((path) => path.endsWith(".log")).toSorted();
const bytesOf = (files: MemoryFiles) =>
  logsIn(files).reduce((total, path) => total + (files.contents.get(path)?.length ?? 0), 0);
const positionOf = ({ partition }: ReturnType<typeof aDurablePartition>) => [
  partition.events.next,
  partition.events.info().last?.offset,
];

describe("the files of a partition", () => {
  it("give back after a kill what was committed, and the numbers go on", () => {
    const subject = aDurablePartition();
    subject.append([event("a"), event("b")]);
    subject.commit();

    subject.restart();
    subject.append([event("c")]);

    expect(subject.read()).toEqual(["a", "b", "c"]);
    expect(positionOf(subject)).toEqual([3, 2]);
  });

  it("say that the log was cleared, and where its numbers and offsets go on", () => {
    const subject = aDurablePartition();
    subject.append([event("a", 10), event("b", 20)]);
    subject.partition.events.clear();
    subject.commit();

    subject.restart();
    const cleared = subject.read();
    subject.append([event("c")]);
    subject.commit();
    subject.restart();

    expect([cleared, subject.read()]).toEqual([[], ["c"]]);
    expect(positionOf(subject)).toEqual([3, 30]);
  });

  it("hold all events or none when the process ends anywhere in a clear", () => {
    const endings = new Set<string>();
    for (let cut = 0; cut < 12; cut += 1) {
      const subject = aDurablePartition();
      const all = Array.from({ length: 40 }, (_, number) => `event ${number}`);
      for (const says of all) {
        subject.append([event(says)]);
        subject.commit();
      }
      let changes = 0;
      subject.files.beforeChange = () => {
        changes += 1;
        if (changes > cut) throw new Error("killed");
      };
      subject.partition.events.clear();
      try {
        subject.commit();
      } catch {}

      subject.restart();

      expect(subject.partition.events.next).toBe(40);
      expect([[], all]).toContainEqual(subject.read());
      endings.add(`${subject.read().length}`);
    }
    expect(endings).toEqual(new Set(["40", "0"]));
  });

  it("are cleared on a full disk too", () => {
    const subject = aDurablePartition();
    subject.append([event("a")]);
    subject.commit();
    subject.files.room = 0;

    subject.partition.events.clear();
    subject.commit();
    subject.restart();

    expect(subject.read()).toEqual([]);
    expect(subject.partition.events.next).toBe(1);
  });

  it("go when their events have grown old, also while nobody sends any", () => {
    const subject = aDurablePartition({ maxAgeMs: HOUR_MS });
    for (let number = 0; number < 100; number += 1) {
      subject.append([event(`event ${number}`)]);
      subject.commit();
    }
    const before = logsIn(subject.files).length;

    subject.clock.now += HOUR_MS + 1;
    subject.partition.events.trim();
    subject.commit();

    expect(before).toBeGreaterThan(10);
    expect(logsIn(subject.files)).toHaveLength(1);
    expect(subject.read()).toEqual([]);
  });

  it("go at the start when their events grew old while nothing ran, and the numbers go on", () => {
    const subject = aDurablePartition({ maxAgeMs: HOUR_MS });
    for (let number = 0; number < 100; number += 1) {
      subject.append([event(`event ${number}`)]);
      subject.commit();
    }

    subject.clock.now += HOUR_MS + 1;
    subject.restart();
    const left = logsIn(subject.files);
    subject.restart();

    expect(left).toHaveLength(1);
    expect(subject.read()).toEqual([]);
    expect(subject.partition.events.next).toBe(100);
  });

  it("never take more than what is kept and two files beside it, however much is sent", () => {
    const subject = aDurablePartition({ maxBytes: 5_000 });
    let most = 0;
    for (let number = 0; number < 1_000; number += 1) {
      subject.append([event("x".repeat(100))]);
      subject.commit();
      most = Math.max(most, bytesOf(subject.files));
    }

    // Beside its 100 bytes an event takes its header, and its frame; a file is written ahead of its events.
    expect(most).toBeGreaterThan(5_000);
    expect(most).toBeLessThan(12_000);
  });
});

describe("a hub that is not declared any more", () => {
  const strange = (files: MemoryFiles) => () =>
    refuseStrangeHubs({ directory: "hubs", files: copyOf(files) }, []);

  it("is not forgotten while it holds events", () => {
    const subject = aDurablePartition();
    subject.append([event("a")]);
    subject.commit();

    expect(strange(subject.files)).toThrow(DamagedStateError);
    expect(strange(subject.files)).toThrow(/declare it again and empty it/);
  });

  it("may go once it is emptied", () => {
    const subject = aDurablePartition();
    subject.append([event("a")]);
    subject.partition.events.clear();
    subject.commit();

    expect(strange(subject.files)).not.toThrow();
  });
});

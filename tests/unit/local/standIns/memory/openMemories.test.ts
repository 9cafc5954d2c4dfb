import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openMemories } from "../../../../../local/standIns/memory/openMemories.ts";
import { StateInUseError } from "../../../../../local/state/lock.ts";

const MEGABYTE = 1024 * 1024;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "memories-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = () => openMemories({ directory, log: () => {} });

describe("what stand-ins remember", () => {
  it("is there again, each stand-in's own, in its order", () => {
    const memories = open();
    const stock = memories.of("inventory").mapNamed<string>("stock");
    stock.set("b", "1").set("a", "2").set("gone", "3").set("b", "4");
    stock.delete("gone");
    memories.of("warehouse").mapNamed<{ id: number }>("stock").set("b", { id: 5 });
    memories.close();

    const again = open();

    expect([...again.of("inventory").mapNamed("stock")]).toEqual([
      ["b", "4"],
      ["a", "2"],
    ]);
    expect([...again.of("warehouse").mapNamed("stock")]).toEqual([["b", { id: 5 }]]);
    again.close();
  });

  it("is forgotten for one stand-in alone, and what still writes there writes to nobody", () => {
    const memories = open();
    const before = memories.of("inventory").mapNamed<string>("stock").set("a", "1");
    memories.of("warehouse").mapNamed<string>("shipments").set("a", "1");
    memories.of("inventory").clear();
    before.set("late", "1");
    memories.close();

    const again = open();

    expect([...again.of("inventory").mapNamed("stock")]).toEqual([]);
    expect([...again.of("warehouse").mapNamed("shipments")]).toEqual([["a", "1"]]);
    again.close();
  });

  it("takes no more room however often it changes", () => {
    const memories = open();
    const map = memories.of("dataverse").mapNamed<string>("rows");
    let largest = 0;

    for (let n = 0; n < 30; n += 1) {
      map.set(`key${n % 3}`, `${n} ${"x".repeat(MEGABYTE)}`);
      memories.commit();
      largest = Math.max(largest, statSync(join(directory, "stand-ins.journal")).size);
    }
    memories.close();

    expect(largest).toBeLessThan(24 * MEGABYTE);
    const again = open();
    const kept = again.of("dataverse").mapNamed<string>("rows").values();
    expect([...kept].map((value) => parseInt(value, 10))).toEqual([27, 28, 29]);
    again.close();
  });

  it("belongs to one process at a time", () => {
    const memories = open();

    expect(open).toThrow(StateInUseError);
    memories.close();
  });
});

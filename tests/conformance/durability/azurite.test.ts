import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { freePorts, startCommand } from "../../support/npmRun.ts";

const noPorts = { blobPort: 0, queuePort: 0, tablePort: 0 };
/** Of a save on a machine that has other work; Azurite's own interval is five seconds. */
const SAVED_WITHIN_MS = 2_500;
const ROWS = 4;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "azurite-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const catalogue = () => join(directory, "__azurite_db_table__.json");
const tableOf = (connectionString: string) =>
  TableClient.fromConnectionString(connectionString, "rows", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
const checkpointsOf = (connectionString: string) =>
  BlobServiceClient.fromConnectionString(connectionString, {
    retryOptions: { maxTries: 1 },
  }).getContainerClient("checkpoints");
const put = (table: TableClient, rowKey: string) =>
  table.upsertEntity({ partitionKey: "p", rowKey });
const rowsOf = async (table: TableClient) => {
  const keys: string[] = [];
  for await (const { rowKey } of table.listEntities()) keys.push(rowKey ?? "");
  return keys;
};

describe("Azurite in a folder", () => {
  it("has what it accepted a moment before it was killed", { timeout: 60_000 }, async () => {
    let azurite: Azurite = await startAzurite(noPorts, { directory });
    await tableOf(azurite.connectionString).createTable();
    for (let row = 0; row < ROWS; row += 1) {
      await put(tableOf(azurite.connectionString), `row${row}`);
      await vi.waitFor(() => expect(readFileSync(catalogue(), "utf8")).toContain(`"row${row}"`), {
        timeout: SAVED_WITHIN_MS,
      });
    }
    process.kill(azurite.pid, "SIGKILL");
    await azurite.exited;

    azurite = await startAzurite(noPorts, { directory });
    expect(await rowsOf(tableOf(azurite.connectionString))).toHaveLength(ROWS);
    await azurite.stop();
  });

  it("never has a checkpoint ahead of the rows before it", { timeout: 60_000 }, async () => {
    const readAndCheck = async ({ connectionString }: Azurite) => {
      const table = tableOf(connectionString);
      const { metadata } = await checkpointsOf(connectionString).getProperties();
      return { rows: (await rowsOf(table)).length, checkpoint: Number(metadata?.["at"] ?? 0) };
    };
    const progress = { made: 0 };
    const work = async ({ connectionString }: Azurite) => {
      const table = tableOf(connectionString);
      const checkpoints = checkpointsOf(connectionString);
      for (let row = (await rowsOf(table)).length; ; row += 1) {
        await put(table, String(row));
        await checkpoints.setMetadata({ at: String(row + 1) });
        progress.made += 1;
      }
    };
    const setUp = await startAzurite(noPorts, { directory });
    await tableOf(setUp.connectionString).createTable();
    await checkpointsOf(setUp.connectionString).create();
    await setUp.stop();

    let azurite: Azurite = await startAzurite(noPorts, { directory });
    for (let life = 1; life <= 3; life += 1) {
      const cutOff = Promise.allSettled([work(azurite)]);
      await vi.waitFor(() => expect(progress.made).toBeGreaterThan(life * 40), { timeout: 10_000 });
      process.kill(azurite.pid, "SIGKILL");
      await azurite.exited;
      await cutOff;
      azurite = await startAzurite(noPorts, { directory });
      const { rows, checkpoint } = await readAndCheck(azurite);
      expect(checkpoint).toBeLessThanOrEqual(rows);
    }
    await azurite.stop();
  });

  it("refuses changes and says so while it cannot save", { timeout: 60_000 }, async () => {
    const lines: string[] = [];
    const { connectionString, stop } = await startAzurite(noPorts, { directory }, (line) =>
      lines.push(line),
    );
    onTestFinished(stop);
    const table = tableOf(connectionString);
    await table.createTable();
    const unwritable = `${catalogue()}~`;
    await vi.waitFor(() => expect(readFileSync(catalogue(), "utf8")).toContain('"rows"'));
    mkdirSync(unwritable); // where the next save would be written

    await put(table, "unsaved");
    await vi.waitFor(() => expect(lines.join()).toContain("cannot save"), {
      timeout: SAVED_WITHIN_MS,
    });
    await expect(put(table, "refused")).rejects.toMatchObject({ statusCode: 503 });
    expect(await rowsOf(table)).toEqual(["unsaved"]);
    rmdirSync(unwritable);

    await vi.waitFor(() => put(table, "again"), { timeout: 2 * SAVED_WITHIN_MS });
    await vi.waitFor(() => expect(readFileSync(catalogue(), "utf8")).toContain('"unsaved"'));
  });

  it("saves before it follows a supervisor that was killed", { timeout: 60_000 }, async () => {
    const begin = async () => {
      const command = startCommand("local/emulators.ts", ["--state", directory], freePorts);
      const output = await command.printed(/State/);
      return { command, table: tableOf(/Storage\s+(\S+)/.exec(output)?.[1] ?? "") };
    };
    const first = await begin();
    await first.table.createTable();
    await put(first.table, "last");
    first.command.kill();
    await first.command.finished;
    await vi.waitFor(() => expect(fetch(first.table.url)).rejects.toThrow("fetch failed"), {
      timeout: 10_000,
    });

    const second = await begin();
    expect(await rowsOf(second.table)).toContain("last");
    second.command.interrupt();
    await second.command.finished;
  });
});

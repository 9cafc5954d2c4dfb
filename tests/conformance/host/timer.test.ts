import { ContainerClient } from "@azure/storage-blob";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { startHostChild } from "./startHostChild.ts";

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
});
afterAll(async () => {
  await azurite.stop();
});

const settings = (hostId: string, schedule = "* * * * * *") => ({
  SCHEDULE: schedule,
  AzureWebJobsStorage: azurite.connectionString,
  AzureFunctionsWebHost__hostid: hostId,
});

test("timers run by their schedule, at start-up and by hand", async () => {
  const host = await startHostChild("timer", { settings: settings("plain") });

  const [first, second] = await host.seenAtLeast(2, "everySecond");
  const [atStart] = await host.seenAtLeast(1, "atStart");
  const answer = await fetch(`${host.info.url}/admin/functions/byHand`, {
    method: "POST",
    headers: { "x-functions-key": host.keys.master },
    body: '{"input":""}',
  });
  await host.seenAtLeast(1, "byHand");

  expect([first, second]).toMatchObject([
    { timer: { isPastDue: false, schedule: { adjustForDST: true }, scheduleStatus: null } },
    {},
  ]);
  expect(atStart?.["timer"]).toMatchObject({
    scheduleStatus: { last: "0001-01-01T00:00:00+00:00" },
  });
  expect(answer.status).toBe(202);
  await host.stop();
});

test("a host that stops hands its timers over at once; one run missed in between is past due", async () => {
  const only = { settings: settings("past-due", "0 * * * * *"), functions: ["everySecond"] };
  const status = new ContainerClient(
    azurite.connectionString,
    "azure-webjobs-hosts",
  ).getBlockBlobClient("timers/past-due/Host.Functions.everySecond/status");
  const first = await startHostChild("timer", only);
  await expect.poll(() => status.exists(), { timeout: 10_000 }).toBe(true);
  await first.stop();

  // As if no host had been up for some minutes.
  const minute = Math.floor(Date.now() / 60_000) - 5;
  const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
  const old = JSON.stringify({ Last: at(minute), Next: at(minute + 1), LastUpdated: at(minute) });
  await status.upload(old, old.length);
  const second = await startHostChild("timer", only);
  const [report] = await second.seenAtLeast(1, "everySecond");
  await second.stop();

  expect(report).toMatchObject({
    timer: {
      isPastDue: true,
      scheduleStatus: { last: at(minute).replace("Z", "+00:00") },
    },
  });
  const kept = JSON.parse((await status.downloadToBuffer()).toString()) as { Next: string };
  expect(Date.parse(kept.Next)).toBeGreaterThan(Date.now() - 60_000);
});

test("a malformed schedule stops the start", async () => {
  const starting = startHostChild("timer", { settings: settings("malformed", "often") });

  await expect(starting).rejects.toThrow("The schedule expression 'often' was not recognized");
});

test("a trigger that needs the host's storage stops the start without it", async () => {
  const starting = startHostChild("timer", { settings: { SCHEDULE: "* * * * * *" } });

  await expect(starting).rejects.toThrow("Missing value for AzureWebJobsStorage");
});

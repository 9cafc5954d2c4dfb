import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Azurite, startAzurite } from "../../../local/azurite.ts";
import { type HostChild, startHostChild } from "./startHostChild.ts";

let azurite: Azurite;
let host: HostChild;
let queue: QueueClient;
beforeAll(async () => {
  azurite = await startAzurite({ blobPort: 0, queuePort: 0, tablePort: 0 });
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  queue = service.getQueueClient("work-items");
  // The host is up before the queue is there: it counts as empty.
  host = await startHostChild("storageQueue", {
    settings: { AzureWebJobsStorage: azurite.connectionString, QUEUE: "work-items" },
  });
  await queue.create();
});
afterAll(async () => {
  await host.stop();
  await azurite.stop();
});

async function send(body: object | string): Promise<void> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  await queue.sendMessage(Buffer.from(text).toString("base64"));
}

async function seen(what: string, mark: string, count = 1) {
  for (let wanted = count; ; wanted += 1) {
    const reports = await host.seenAtLeast(wanted, what);
    const own = reports.filter(({ body }) => (body as { mark?: string }).mark === mark);
    if (own.length >= count) return own;
  }
}

test("a message arrives parsed, with the real host's metadata, and is deleted", async () => {
  await send({ mark: "plain" });

  const [report] = await seen("work", "plain");

  expect(report?.["metadata"]).toMatchObject({
    queueTrigger: { mark: "plain" },
    dequeueCount: 1,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    popReceipt: expect.any(String) as string,
    insertionTime: expect.stringMatching(/\+00:00$/) as string,
    expirationTime: expect.stringMatching(/\+00:00$/) as string,
    nextVisibleTime: expect.stringMatching(/\+00:00$/) as string,
  });
  await expect.poll(async () => (await queue.getProperties()).approximateMessagesCount).toBe(0);
});

test("one that fails comes again, and after maxDequeueCount is in the poison queue", async () => {
  await send({ mark: "poison", fail: true });

  await seen("poison", "poison");

  const tries = await seen("work", "poison", 2);
  expect(tries.map(({ metadata }) => (metadata as { dequeueCount: number }).dequeueCount)).toEqual([
    1, 2,
  ]);
});

test("one that no function can read goes to the poison queue unseen", async () => {
  await queue.sendMessage("{ plain text }");

  await expect
    .poll(() => host.lines.join("\n"), { timeout: 5_000 })
    .toContain("goes to the poison queue: its text is not base64");
});

test("what is sent while no host is up is found by the next", async () => {
  const settings = { AzureWebJobsStorage: azurite.connectionString, QUEUE: "later-items" };
  const later = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(
    "later-items",
  );
  await later.create();
  await later.sendMessage(Buffer.from('{"mark":"later"}').toString("base64"));

  const next = await startHostChild("storageQueue", { settings, functions: ["work"] });
  const [report] = await next.seenAtLeast(1, "work");
  await next.stop();

  expect(report?.["body"]).toEqual({ mark: "later" });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { payload } from "../../support/aChangeEvent.ts";
import { startFaultProxy } from "../../support/faultProxy.ts";
import { type Loopback, refusedUrl, startSilent } from "../../support/loopback.ts";
import { useAzurite } from "../../support/useAzurite.ts";
import { theDoors } from "./theDoors.ts";

const azurite = useAzurite();
let silent: Loopback;
let refused: string;

beforeAll(async () => {
  silent = await startSilent();
  refused = await refusedUrl();
});

afterAll(async () => {
  await silent.stop();
});

const busAt = (url: string) =>
  `Endpoint=sb://${new URL(url).host};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`;
const storageAt = (url: string) =>
  `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Zm9v;BlobEndpoint=${url}/devstoreaccount1;TableEndpoint=${url}/devstoreaccount1;QueueEndpoint=${url}/devstoreaccount1;`;

const EVENT = "salesorder-submitted.async-update.json";

describe.each([
  ["refuses", () => refused],
  ["never answers", () => silent.url],
])("a bus that %s", (_how, url) => {
  it("costs a door a few seconds; the outbox has what came in, and the hub is told but not waited for", async () => {
    const doors = theDoors({ bus: busAt(url()), storage: azurite.connectionString });
    const before = (await doors.kept()).length;

    const answers = await Promise.all([
      doors.post(payload(EVENT)),
      doors.submit(`key-${url()}`),
      doors.post(Buffer.from("{")),
    ]);

    for (const { status, tookMs } of answers) {
      expect(status).toBe(202);
      expect(tookMs).toBeLessThan(5_000);
    }
    const added = (await doors.kept()).slice(before);
    expect(added.map(({ message }) => message.destination).sort()).toEqual([
      "dataverse-events",
      "orders",
      "orders",
    ]);
    const { relayed, because } = await doors.relay();
    expect(relayed).toBe(0);
    expect(because).toBeInstanceOf(Error);
    expect(await doors.kept()).toHaveLength(before + 3);
    expect(doors.readings.toSorted()).toEqual([
      "order.intake api.accepted",
      "order.intake webhook.accepted",
      "order.intake webhook.refused",
    ]);
  });
});

describe.each([
  ["refuse", () => refused],
  ["never answer", () => silent.url],
])("bus and storage that both %s", (_how, url) => {
  it("make every door answer 503 within ten seconds", async () => {
    const doors = theDoors({ bus: busAt(url()), storage: storageAt(url()) });

    const answers = await Promise.all([
      doors.post(payload(EVENT)),
      doors.submit("key"),
      doors.post(Buffer.from("{")),
    ]);

    for (const { status, tookMs } of answers) {
      expect(status).toBe(503);
      expect(tookMs).toBeLessThan(10_000);
    }
    expect(doors.readings).toEqual([]);
  });
});

it("asks again when the tables' answer was lost, or an idle connection to them has ended", async () => {
  const proxy = await startFaultProxy(`http://127.0.0.1:${azurite.ports.tablePort}`);
  const doors = theDoors({
    bus: busAt(refused),
    storage: azurite.connectionString.replace(
      /TableEndpoint=http:\/\/[^/]+/,
      `TableEndpoint=${proxy.url}`,
    ),
  });
  await doors.kept(); // makes the table where there is none
  const withALostAnswer = (call: () => ReturnType<typeof doors.submit>) => {
    proxy.inject("POST", "lose-answer");
    return call();
  };

  const answers = [
    await withALostAnswer(() => doors.submit("key of a lost answer")),
    await withALostAnswer(() => doors.post(payload(EVENT))),
  ];

  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  await proxy.stop();
});

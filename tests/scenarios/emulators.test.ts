import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCommand } from "../support/npmRun.ts";

const freePorts = Object.fromEntries(
  ["AMQP_PORT", "ADMIN_PORT", "BLOB_PORT", "QUEUE_PORT", "TABLE_PORT"].map((port) => [port, "0"]),
);
/** As the official emulator's file looks, comments included. */
const config = `{
  "UserConfig": {
    "Namespaces": [
      {
        "Name": "sbemulatorns",
        // one queue with the defaults
        "Queues": [{ "Name": "somebody-elses-queue", "Properties": { "LockDuration": "PT30S" } }]
      }
    ]
  }
}`;
let folder: string;
let command: ReturnType<typeof startCommand> | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "emulators-"));
});
afterEach(async () => {
  command?.kill();
  await rm(folder, { recursive: true });
});

describe("npm run emulators", () => {
  test("serves the queues of an official Config.json to a real client", async () => {
    const file = join(folder, "Config.json");
    await writeFile(file, config);
    command = startCommand("local/emulators.ts", ["--service-bus-config", file], freePorts);
    const output = await command.printed(/Health/);
    const client = new ServiceBusClient(/Service Bus\s+(\S+)/.exec(output)?.[1] ?? "");

    await client.createSender("somebody-elses-queue").sendMessages({ body: "hello" });
    const [message] = await client
      .createReceiver("somebody-elses-queue", { receiveMode: "receiveAndDelete" })
      .receiveMessages(1, { maxWaitTimeInMs: 5_000 });

    expect(message?.body).toBe("hello");
    await client.close();
  });

  test.skipIf(process.platform === "win32")(
    "keeps what it has between starts, until it is told to begin afresh",
    async () => {
      const env = { ...freePorts, STATE: join(folder, "state") };
      const messagesAfter = async (args: string[], act: (client: ServiceBusClient) => unknown) => {
        command = startCommand("local/emulators.ts", args, env);
        const output = await command.printed(/Stops with/);
        const client = new ServiceBusClient(/Service Bus\s+(\S+)/.exec(output)?.[1] ?? "");
        await act(client);
        const messages = await client.createReceiver("orders").peekMessages(10);
        await client.close();
        command.interrupt();
        expect((await command.finished).code).toBe(0);
        return messages.map(({ body }) => body as unknown);
      };
      const nothing = () => {};

      await messagesAfter([], (client) => client.createSender("orders").sendMessages({ body: 1 }));

      expect(await messagesAfter([], nothing)).toEqual([1]);
      expect(await messagesAfter(["--fresh"], nothing)).toEqual([]);
    },
  );

  test.each([
    ["a wrong value", config.replace("PT30S", "half a minute"), "LockDuration"],
    [
      "a topic",
      config.replace('"Queues"', '"Topics": [{ "Name": "news" }], "Queues"'),
      "(news) is a topic; topics are not supported",
    ],
    [
      "a queue with sessions",
      config.replace('"PT30S"', '"PT30S", "RequiresSession": true'),
      'queue "somebody-elses-queue": RequiresSession is not emulated',
    ],
  ])("says in one line why it does not serve a file with %s", async (_, text, reason) => {
    const file = join(folder, "Config.json");
    await writeFile(file, text);

    command = startCommand("local/emulators.ts", ["--service-bus-config", file], freePorts);

    const { code, output } = await command.finished;
    expect(code).toBe(1);
    expect(output).toContain(reason);
    expect(output.trim().split("\n")).toHaveLength(1);
  });
});

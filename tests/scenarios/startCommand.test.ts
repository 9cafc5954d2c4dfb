import { execFile } from "node:child_process";
import { createServer, type Server } from "node:net";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../local/outside/until.ts";
import { startCommand } from "../support/npmRun.ts";

const ports = [
  "HOST_PORT",
  "AMQP_PORT",
  "ADMIN_PORT",
  "BLOB_PORT",
  "QUEUE_PORT",
  "TABLE_PORT",
  "CONTROL_PORT",
  "DATAVERSE_PORT",
  "CREDIT_BUREAU_PORT",
  "INVENTORY_PORT",
  "WAREHOUSE_PORT",
  "PROCUREMENT_PORT",
];
const freePorts = Object.fromEntries(ports.map((port) => [port, "0"]));
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("npm start", () => {
  test.skipIf(process.platform === "win32")(
    "prints what to try and stops on Ctrl-C with exit code 0",
    async () => {
      const command = startCommand("local/start.ts", [], freePorts);

      const output = await command.printed(/Ready in/);
      command.interrupt();

      expect(output).toContain("Three things to try next");
      expect((await command.finished).code).toBe(0);
    },
  );

  test.skipIf(process.platform === "win32")("prints commands that do what it says", async () => {
    const command = startCommand("local/start.ts", [], freePorts);
    const lines = (await command.printed(/Ready in/)).split("\n");
    const [submit, look, withdraw, down, submitAgain, up, ledger] = lines
      .filter((line) => line.trim().startsWith("curl "))
      .map((line) => () => run(line));
    const showsState = (state: string) =>
      until(`an order that is ${state}`, async () =>
        (await look?.())?.includes(`"state":"${state}"`) ? true : undefined,
      );

    await submit?.();
    await showsState("approved");
    await withdraw?.();
    await showsState("withdrawn");
    await down?.();
    await submitAgain?.();
    await showsState("approved");
    await up?.();

    await until("the second shipment", async () => {
      const effects = (await ledger?.())?.match(/"type":"requestShipment"/g) ?? [];
      return effects.length === 2 ? true : undefined;
    });
    command.interrupt();
    expect((await command.finished).code).toBe(0);
  });

  test.for(["HOST_PORT", "AMQP_PORT", "DATAVERSE_PORT", "TABLE_PORT"])(
    "says in one line that %s is taken, and ends with exit code 1",
    async (option) => {
      const port = await takenPort();

      const { code, output } = await startCommand("local/start.ts", [], {
        ...freePorts,
        [option]: String(port),
      }).finished;

      expect(code).toBe(1);
      expect(output.split("\n").filter((line) => line.includes(String(port)))).toHaveLength(1);
      expect(output).not.toContain("    at ");
    },
  );

  test("names an option that it does not know", async () => {
    const { code, output } = await startCommand("local/start.ts", ["--nonsense"]).finished;

    expect(code).toBe(1);
    expect(output).toContain("--nonsense");
  });
});

async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function run(line: string): Promise<string> {
  return (await promisify(execFile)("sh", ["-c", `${line.trim()} -s`])).stdout;
}

import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
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

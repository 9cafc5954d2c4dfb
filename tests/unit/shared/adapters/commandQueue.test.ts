import { expect, it } from "vitest";
import { createSendCommand } from "../../../../shared/adapters/commandQueue.ts";
import type { WarehouseCommand } from "../../../../shared/domain/warehouseCommand.ts";

const command = { key: "salesorder:1:ship" } as WarehouseCommand;

it.each([
  ["a bus that is down", undefined, { name: "ParkError", code: "bus-unavailable" }],
  [
    "a command that no message holds",
    "MessageSizeExceeded",
    { name: "TerminalError", code: "command-too-large" },
  ],
])("%s is told apart", async (_what, code, error) => {
  const sendCommand = createSendCommand({
    send: async () => {
      throw Object.assign(new Error("not sent"), { code });
    },
  });

  await expect(sendCommand(command)).rejects.toMatchObject(error);
});

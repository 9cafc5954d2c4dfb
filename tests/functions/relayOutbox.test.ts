import type { Timer } from "@azure/functions";
import { expect, test } from "vitest";
import { registerRelayOutbox } from "../../functions/relayOutbox.ts";
import type { Relayed } from "../../shared/patterns/outbox.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

async function run(relayOutbox: () => Promise<Relayed>) {
  const app = recordingApp();
  registerRelayOutbox(app, { relayOutbox });
  const { context, lines } = recordingContext();
  await app.timers.get("relayOutbox")?.handler({} as Timer, context);
  return { options: app.timers.get("relayOutbox"), lines };
}

test("runs by a schedule from the settings and is silent when there was nothing to do", async () => {
  const { options, lines } = await run(async () => ({ relayed: 0 }));

  expect(options).toMatchObject({ schedule: "%OUTBOX_RELAY_SCHEDULE%" });
  expect(lines).toEqual([]);
});

test("tells how many it relayed", async () => {
  const { lines } = await run(async () => ({ relayed: 3 }));

  expect(lines).toMatchObject([{ event: "outbox relayed", details: { relayed: 3 } }]);
});

test("warns when something is left, with the reason", async () => {
  const { lines } = await run(async () => ({ relayed: 1, because: new Error("bus down") }));

  expect(lines).toMatchObject([
    { event: "outbox not emptied", details: { relayed: 1, because: "bus down" } },
  ]);
});

test("fails when the outbox cannot be read", async () => {
  await expect(
    run(async () => {
      throw new Error("tables down");
    }),
  ).rejects.toThrow("tables down");
});

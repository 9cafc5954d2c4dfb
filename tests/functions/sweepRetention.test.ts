import type { Timer } from "@azure/functions";
import { expect, test } from "vitest";
import { registerSweepRetention } from "../../functions/sweepRetention.ts";
import { recordingApp } from "../support/recordingApp.ts";
import { recordingContext } from "../support/recordingContext.ts";

test("runs by a schedule from the settings and tells how many rows it removed", async () => {
  const app = recordingApp();
  registerSweepRetention(app, { sweepRetention: async () => ({ orders: 7, intake: 0 }) });
  const { context, lines } = recordingContext();
  const timer = app.timers.get("sweepRetention");

  await timer?.handler({} as Timer, context);

  expect(timer).toMatchObject({ schedule: "%RETENTION_SCHEDULE%" });
  expect(lines).toMatchObject([{ event: "retention swept", details: { orders: 7, intake: 0 } }]);
});

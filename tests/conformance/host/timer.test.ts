import { expect, test } from "vitest";
import { startHostChild } from "./startHostChild.ts";

const settings = { SCHEDULE: "* * * * * *", AzureWebJobsStorage: "UseDevelopmentStorage=true" };

test("timers run by their schedule, at start-up and by hand", async () => {
  const host = await startHostChild("timer", { settings });

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

test("a malformed schedule stops the start", async () => {
  const starting = startHostChild("timer", { settings: { ...settings, SCHEDULE: "often" } });

  await expect(starting).rejects.toThrow("The schedule expression 'often' was not recognized");
});

test("a trigger that needs the host's storage stops the start without it", async () => {
  const starting = startHostChild("timer", { settings: { SCHEDULE: "* * * * * *" } });

  await expect(starting).rejects.toThrow("Missing value for AzureWebJobsStorage");
});

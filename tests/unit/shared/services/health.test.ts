import { expect, it } from "vitest";
import { createReadHealth } from "../../../../shared/services/health.ts";

it("counts what was dropped, shows the breakers, and tells nothing of the settings", () => {
  let dropped = 0;
  const readHealth = createReadHealth({
    telemetryDropped: () => dropped,
    breakers: () => ({ warehouse: "open" }),
  });
  dropped = 3;

  const health = readHealth();

  expect(health).toEqual({
    status: "up",
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    telemetryDropped: 3,
    breakers: { warehouse: "open" },
  });
});

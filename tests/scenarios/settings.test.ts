import { describe, expect, test } from "vitest";
import { startStack } from "../../local/stack.ts";

const SECRET = "a-value-that-must-not-be-shown";

describe("an app with a setting that is", () => {
  test.for([
    { state: "missing", settings: { ORDERS_QUEUE: "" }, named: "ORDERS_QUEUE" },
    { state: "wrong", settings: { RETRY_MAX_ATTEMPTS: SECRET }, named: "RETRY_MAX_ATTEMPTS" },
    { state: "no schedule", settings: { RETENTION_SCHEDULE: SECRET }, named: "RETENTION_SCHEDULE" },
    { state: "no connection string", settings: { SERVICE_BUS: SECRET }, named: "SERVICE_BUS" },
  ])("$state does not start, and names it without its value", async ({ settings, named }) => {
    const starting = startStack({ settings });

    const message = await starting.then(
      () => "it started",
      (error: Error) => error.message,
    );

    expect(message).toContain(named);
    expect(message).not.toContain(SECRET);
  });
});

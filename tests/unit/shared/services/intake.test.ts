import { describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../../../../shared/adapters/serviceBusSender.ts";
import { loadConfig } from "../../../../shared/config.ts";
import type { Telemetry } from "../../../../shared/domain/telemetryEvent.ts";
import { createIntakeServices } from "../../../../shared/services/intake.ts";
import { aChangeEvent, payload, state } from "../../../support/aChangeEvent.ts";
import { fakeClock } from "../../../support/fakeClock.ts";
import { sampleSettings } from "../../../support/sampleSettings.ts";

/** The doors as the app builds them, with a bus that takes everything. */
function theDoors() {
  const sent: OutgoingMessage[] = [];
  const readings: Parameters<Telemetry["emit"]>[0][] = [];
  const { acceptWebhookEvent } = createIntakeServices({
    config: loadConfig(sampleSettings),
    clock: fakeClock(),
    senderOf: () => ({
      send: async (message) => void sent.push(message),
      schedule: () => Promise.reject(new Error("a door schedules nothing")),
    }),
    readOrder: async () => undefined,
    // The hub never answers: no door waits for it.
    telemetry: {
      emit: (reading) => {
        readings.push(reading);
        return new Promise<never>(() => undefined);
      },
    },
  });
  return { acceptWebhookEvent, sent, readings };
}

const submission = JSON.parse(
  Buffer.from(payload("salesorder-submitted.async-update.json")).toString(),
) as unknown;

describe("a door", () => {
  it("sends a reference to the order, and nothing of its content", async () => {
    const { acceptWebhookEvent, sent } = theDoors();

    await acceptWebhookEvent(submission);

    expect(sent.map(({ body }) => Object.keys(body as object).toSorted())).toEqual([
      [
        "correlationId",
        "door",
        "firstSeenAt",
        "inTransaction",
        "modifiedOn",
        "rowId",
        "schema",
        "table",
        "type",
      ],
    ]);
  });

  it("counts what it accepted and what it dropped, and waits for no hub", async () => {
    const { acceptWebhookEvent, readings } = theDoors();

    await acceptWebhookEvent(submission);
    await acceptWebhookEvent(aChangeEvent({ pre: state(0, 1), target: { name: "an edit" } }));

    expect(readings.map(({ metric, key, value }) => [metric, key, value])).toEqual([
      ["order.intake", "webhook.accepted", 1],
      ["order.intake", "webhook.dropped", 1],
    ]);
  });
});

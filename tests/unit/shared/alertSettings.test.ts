import { expect, test } from "vitest";
import { alertSettings } from "../../../shared/alertSettings.ts";
import { createDispatchShipment } from "../../../shared/domain/dispatchShipment.ts";
import { RetryableError } from "../../../shared/errors.ts";
import { aContent, anEvent, keyOf, ORDER } from "../../support/anOrder.ts";
import { fakeClock } from "../../support/fakeClock.ts";
import { createOrderWorld } from "../../support/orderWorld.ts";

type Names = { readonly metric: string; readonly key: string };

/** What an order that fails once and a shipment report. */
async function reported(): Promise<Names[]> {
  const world = createOrderWorld();
  world.interfere = (reached) => {
    if (reached === "before sendCommand") throw new RetryableError("bus", "no bus");
  };
  await world.process(anEvent()).catch(() => undefined);
  const readings: Names[] = [...world.readings];
  const dispatchShipment = createDispatchShipment({
    log: { read: async () => undefined, write: async () => true },
    commandWarehouse: async () => ({ outcome: "shipped", shipmentId: "s-1" }),
    digest: (text) => text,
    telemetry: { emit: async (reading) => void readings.push(reading) },
    clock: fakeClock(),
  });
  const { lines } = aContent;
  await dispatchShipment(
    {
      schema: 1,
      type: "requestShipment",
      order: ORDER,
      orderNumber: "ORD-01000",
      submission: keyOf(),
      sequence: 1,
      key: keyOf(),
      lines,
    },
    { deadLetterReason: () => undefined },
  );
  return readings;
}

test("the default rules watch what the steps report", async () => {
  const readings = await reported();
  const rules = alertSettings.TELEMETRY_ALERTS.parse(undefined);

  const ofSteps = rules.filter(({ metric }) => !metric.startsWith("breaker."));
  const blind = ofSteps.filter(
    (rule) =>
      !readings.some(
        ({ metric, key }) => metric === rule.metric && (rule.key === undefined || key === rule.key),
      ),
  );

  expect(ofSteps.map(({ metric }) => metric)).toHaveLength(3);
  expect(blind).toEqual([]);
});

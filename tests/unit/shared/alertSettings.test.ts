import { expect, test } from "vitest";
import { z } from "zod";
import { alertSettings } from "../../../shared/alertSettings.ts";
import { loadConfig } from "../../../shared/config.ts";
import { createDispatchShipment } from "../../../shared/domain/dispatchShipment.ts";
import { ParkError, RetryableError } from "../../../shared/errors.ts";
import { createTargets } from "../../../shared/services/targets.ts";
import { aContent, anEvent, keyOf, ORDER } from "../../support/anOrder.ts";
import { fakeClock } from "../../support/fakeClock.ts";
import { createOrderWorld } from "../../support/orderWorld.ts";
import { sampleSettings } from "../../support/sampleSettings.ts";

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

test("the default rules watch every breaker", async () => {
  const names = new Set<string>();
  const run = async (name: string): Promise<never> => {
    names.add(name);
    throw new ParkError("breaker-open", "no call");
  };
  const { dataverse, keyed } = createTargets({
    config: loadConfig(sampleSettings),
    breakers: { run },
  });

  await Promise.allSettled([
    dataverse.get("orders"),
    dataverse.upsert("orders", {}),
    dataverse.create("orders", {}),
    ...Object.values(keyed).map(({ post }) => post("/", "key", {}, z.unknown())),
  ]);
  const rules = alertSettings.TELEMETRY_ALERTS.parse(undefined);

  const watched = rules.filter(({ metric }) => metric.startsWith("breaker."));
  expect(watched.map(({ metric }) => metric).toSorted()).toEqual(
    [...names].map((name) => `breaker.${name}`).toSorted(),
  );
});

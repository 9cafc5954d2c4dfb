import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { RetryableError } from "../../../shared/errors.ts";
import { createFleetBreakers } from "../../../shared/patterns/fleetBreakers.ts";
import { createTargets } from "../../../shared/services/targets.ts";
import { fakeClock } from "../../support/fakeClock.ts";
import { createMemoryBreakerStore } from "../../support/memoryBreakerStore.ts";
import { useStandIns } from "../standIns/standIns.ts";

const { urls, control } = useStandIns();

const limits = { failures: 3, openMs: 5_000, maxOpenMs: 60_000, probes: 1, probeMs: 15_000 };

function anInstance() {
  const clock = fakeClock();
  const breakers = createFleetBreakers({
    store: createMemoryBreakerStore(),
    clock,
    newId: () => "a-probe",
    limits,
    isOutage: (error) => error instanceof RetryableError,
  });
  const { dataverse, inventory, procurement, warehouse } = urls();
  const targets = createTargets({
    config: {
      DATAVERSE_URL: dataverse,
      DATAVERSE_ACCESS_TOKEN: "a-token",
      INVENTORY_URL: inventory,
      PROCUREMENT_URL: procurement,
      WAREHOUSE_URL: warehouse,
      TARGET_TIMEOUT_MS: 5_000,
    },
    breakers,
  });
  return { clock, breakers, ...targets };
}

const works = (service: string) => control("PUT", `/services/${service}/behaviour`, { mode: "ok" });
const fails = (service: string) =>
  control("PUT", `/services/${service}/behaviour`, { mode: "failing", status: 503 });

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "answered",
    (error: unknown) => (error as { code: string }).code,
  );

describe("a system that answers what is read and fails what is written", () => {
  it("is left alone with what is written, Dataverse too, until that is taken again", async () => {
    const { dataverse, breakers, clock } = anInstance();
    const row = { contoso_name: "F-1", contoso_outcome: "approved" };
    const write = () =>
      codeOf(dataverse.create("contoso_fulfilments(contoso_submission='a')", row));
    const attempt = async () => {
      await works("dataverse");
      const read = await codeOf(dataverse.get(`salesorders(${randomUUID()})`));
      await fails("dataverse");
      return [read, await write()];
    };

    const attempts = [await attempt(), await attempt(), await attempt(), await attempt()];
    clock.advance(limits.openMs);
    const probes = [await attempt(), await attempt()];
    clock.advance(limits.openMs);
    await works("dataverse");
    const healed = [await write(), await write()];

    expect(attempts).toEqual([
      ["answered", "dataverse"],
      ["answered", "dataverse"],
      ["answered", "dataverse"],
      ["answered", "breaker-open"],
    ]);
    expect(probes).toEqual([
      ["answered", "breaker-open"],
      ["answered", "breaker-open"],
    ]);
    expect(healed).toEqual(["answered", "answered"]);
    expect(breakers.states()).toEqual({ "dataverse-write": "closed" });
  });

  it("is asked what became of a call while it is left alone, and its answer ends nothing", async () => {
    const { keyed } = anInstance();
    const { post, has } = keyed.warehouse;
    const command = () => codeOf(post("/commands", "a-key", {}, z.unknown()));
    await fails("warehouse");
    for (let failure = 0; failure < limits.failures; failure++) await command();
    await works("warehouse");

    const hadEffect = await has("/commands/a-key");

    expect(hadEffect).toBe(false);
    expect(await command()).toBe("breaker-open");
  });
});

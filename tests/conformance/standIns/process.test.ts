import { describe, expect, it } from "vitest";
import { launch } from "../../../local/launch.ts";
import type { StandInsInfo, StandInsOptions } from "../../../local/standIns/options.ts";
import { startStandIns } from "../../../local/standIns/startStandIns.ts";
import { startSilent } from "../../support/loopback.ts";

const options: StandInsOptions = {
  controlPort: 0,
  ports: { dataverse: 0, creditBureau: 0, inventory: 0, warehouse: 0, procurement: 0 },
  serviceBus: "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=x;SharedAccessKey=x;",
  organizationId: "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00",
};

describe("the stand-ins as a process", () => {
  it("says where everything is and ends when told", async () => {
    const running = await launch<StandInsInfo>("standIns/main.ts", options, { name: "stand-ins" });
    const { controlUrl, urls } = running.info;

    const services = await (await fetch(`${controlUrl}/services`)).json();
    await running.stop();

    expect(services).toMatchObject(Object.values(urls).map((url) => ({ url, up: true })));
    expect(await running.exited).toBe(0);
  });

  it("names the service whose port is taken", async () => {
    const other = await startSilent();
    const { port } = new URL(other.url);

    const starting = startStandIns({
      ...options,
      ports: { ...options.ports, inventory: Number(port) },
    });

    await expect(starting).rejects.toThrow(
      `inventory cannot be served: port ${port} is already in use`,
    );
    await other.stop();
  });
});

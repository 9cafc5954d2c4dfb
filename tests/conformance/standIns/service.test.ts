import { describe, expect, it, vi } from "vitest";
import { useStandIns } from "./standIns.ts";

const standIns = useStandIns();
const warehouse = () => `${standIns.urls().warehouse}/commands`;
const behave = (name: string, behaviour: object) =>
  standIns.control("PUT", `/services/${name}/behaviour`, behaviour);
const ledger = async (name: string) =>
  (await standIns.control("GET", `/services/${name}/ledger`)).json as {
    effects: { key: string }[];
    calls: { status: number | null; key: string | null }[];
  };
const command = {
  type: "requestShipment",
  order: "salesorder:1",
  orderNumber: "ORD-1",
  submission: "s1",
  sequence: 1,
  lines: [{ sku: "BIKE-100", quantity: "1" }],
};

describe("a stand-in", () => {
  it("refuses connections while it is down and is back on the same port with its memory", async () => {
    const first = await standIns.post(warehouse(), "k1", command);

    await standIns.control("POST", "/services/warehouse/down");
    await expect(standIns.post(warehouse(), "k1", command)).rejects.toThrow("fetch failed");
    await standIns.control("POST", "/services/warehouse/up");
    const again = await standIns.post(warehouse(), "k1", command);

    expect(again.json).toEqual(first.json);
  });

  it("cuts the calls in flight when it goes down, and they have no effect afterwards", async () => {
    await behave("warehouse", { mode: "slow", delayMs: 60_000 });
    const inFlight = standIns.post(warehouse(), "k1", command).catch((error: Error) => error);
    await vi.waitFor(async () => expect((await ledger("warehouse")).calls).toHaveLength(1));

    await standIns.control("POST", "/services/warehouse/down");

    expect(await inFlight).toBeInstanceOf(Error);
    const { calls, effects } = await ledger("warehouse");
    expect(calls).toMatchObject([{ key: "k1", status: null }]);
    expect(effects).toEqual([]);
  });

  it("does not take its neighbours down with it", async () => {
    await standIns.control("POST", "/services/warehouse/down");

    const { status } = await standIns.post(`${standIns.urls().procurement}/cancellations`, "c1", {
      requestKey: "r1",
    });

    expect(status).toBe(200);
  });

  it("fails as often as it is told to, without an effect", async () => {
    await behave("warehouse", { mode: "failing", status: 500, times: 1 });

    const failed = await standIns.post(warehouse(), "k1", command);
    const then = await standIns.post(warehouse(), "k1", command);

    expect([failed.status, then.status]).toEqual([500, 200]);
    const { calls, effects } = await ledger("warehouse");
    expect(calls.map(({ status }) => status)).toEqual([500, 200]);
    expect(effects).toHaveLength(1);
  });

  it("throttles with the seconds to wait", async () => {
    await behave("warehouse", { mode: "throttling", retryAfterSeconds: 7 });

    const { status, headers } = await standIns.post(warehouse(), "k1", command);

    expect(status).toBe(429);
    expect(headers.get("retry-after")).toBe("7");
  });

  it("loses an answer after its effect, which a repeat under the same key finds", async () => {
    await behave("warehouse", { mode: "losing", times: 1 });

    await expect(standIns.post(warehouse(), "k1", command)).rejects.toThrow("fetch failed");
    const { status } = await standIns.post(warehouse(), "k1", command);

    expect(status).toBe(200);
    const { calls, effects } = await ledger("warehouse");
    expect(calls.map((call) => call.status)).toEqual([null, 200]);
    expect(effects).toHaveLength(1);
  });

  it("hangs until it is taken down", async () => {
    await behave("warehouse", { mode: "hanging" });
    const hanging = standIns.post(warehouse(), "k1", command).catch((error: Error) => error);
    await vi.waitFor(async () => expect((await ledger("warehouse")).calls).toHaveLength(1));

    const { json } = await standIns.control("POST", "/services/warehouse/down");

    expect(json).toMatchObject({ name: "warehouse", up: false, behaviour: { mode: "hanging" } });
    expect(await hanging).toBeInstanceOf(Error);
  });

  it("is slow, but answers", async () => {
    await behave("warehouse", { mode: "slow", delayMs: 80, times: 1 });
    const before = performance.now();

    const { status } = await standIns.post(warehouse(), "k1", command);

    expect(status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(79);
  });

  it("answers on both loopback addresses", async () => {
    const { port } = new URL(standIns.urls().inventory);

    const status = await Promise.all(
      ["127.0.0.1", "[::1]"].map(async (host) => {
        const url = `http://${host}:${port}/reservations/never`;
        return (await fetch(url, { headers: { connection: "close" } })).status;
      }),
    );

    expect(status).toEqual([404, 404]);
  });
});

describe("the control API", () => {
  it("lists every service", async () => {
    const { text } = await standIns.control("GET", "/services");

    const services = JSON.parse(text) as { name: string; up: boolean }[];
    expect(services.map(({ name, up }) => [name, up])).toEqual(
      ["dataverse", "credit-bureau", "inventory", "warehouse", "procurement"].map((name) => [
        name,
        true,
      ]),
    );
  });

  it("forgets everything on a reset and brings back what is down", async () => {
    await standIns.post(warehouse(), "k1", command);
    await behave("warehouse", { mode: "failing" });
    await standIns.control("POST", "/services/warehouse/down");

    await standIns.control("POST", "/reset");

    const { status } = await standIns.post(warehouse(), "k1", { ...command, sequence: 2 });
    expect(status).toBe(200);
    expect((await ledger("warehouse")).effects).toHaveLength(1);
  });

  it("sets stock and limits", async () => {
    await standIns.control("PUT", "/services/inventory/stock", { "BIKE-100": "0" });
    await standIns.control("PUT", "/services/credit-bureau/limits", { A1: "5" });

    const short = await standIns.post(`${standIns.urls().inventory}/reservations`, "k1", command);
    const decided = await standIns.post(`${standIns.urls().creditBureau}/decisions`, "k1", {
      accountId: "A1",
      amount: "6",
      currency: "EUR",
    });

    expect(short.json).toMatchObject({ outcome: "short" });
    expect(decided.json).toMatchObject({ decision: "decline" });
  });

  it.each([
    ["GET", "/nosuch", undefined, 404],
    ["DELETE", "/services", undefined, 405],
    ["POST", "/services/nosuch/down", undefined, 404],
    ["PUT", "/services/warehouse/behaviour", { mode: "sulking" }, 422],
    ["PUT", "/services/inventory/stock", { "BIKE-100": 5 }, 422],
    ["PUT", "/dataverse/script", "{", 400],
    ["PUT", "/dataverse/steps/nosuch", { enabled: true }, 404],
    ["POST", "/dataverse/system-jobs/nosuch/resume", {}, 404],
    ["PUT", "/dataverse/steps/9e1e7b60-7c83-ef11-ac20-000d3a2b1c01", { mode: "synchronous" }, 422],
  ])("answers %s %s with %j by %d", async (method, path, body, expected) => {
    const { status } = await standIns.control(method, path, body);

    expect(status).toBe(expected);
  });
});

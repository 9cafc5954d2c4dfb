import { describe, expect, it } from "vitest";
import { createProcurement } from "../../../../../local/standIns/keyed/procurement.ts";
import { createWarehouse } from "../../../../../local/standIns/keyed/warehouse.ts";
import { keyedCaller } from "./keyedCall.ts";

const command = {
  type: "requestShipment",
  order: "salesorder:1",
  orderNumber: "ORD-1",
  submission: "s1",
  sequence: 1,
  lines: [{ sku: "BIKE-100", quantity: "1" }],
};

describe("a keyed service", () => {
  it("gives the first answer again for the same key and payload, and has one effect", () => {
    const warehouse = keyedCaller(createWarehouse().collections);

    const first = warehouse.post("/commands", "k1", command);
    const again = warehouse.post("/commands", "k1", { ...command });

    expect(first.status).toBe(200);
    expect(again).toEqual(first);
    expect(warehouse.effects()).toHaveLength(1);
    expect(warehouse.effects()[0]).toMatchObject({ at: 1_000, key: "k1", kind: "command" });
  });

  it("does not mind the order of the payload's members", () => {
    const warehouse = keyedCaller(createWarehouse().collections);
    const turned = Object.fromEntries(Object.entries(command).toReversed());

    warehouse.post("/commands", "k1", command);
    const again = warehouse.post("/commands", "k1", turned);

    expect(again.status).toBe(200);
    expect(warehouse.effects()).toHaveLength(1);
  });

  it("refuses the same key with another payload and has no second effect", () => {
    const warehouse = keyedCaller(createWarehouse().collections);

    warehouse.post("/commands", "k1", command);
    const other = warehouse.post("/commands", "k1", { ...command, sequence: 2 });

    expect(other.status).toBe(422);
    expect(other.answer).toMatchObject({ code: "key-reused" });
    expect(warehouse.effects()).toHaveLength(1);
  });

  it("refuses a call without a key", () => {
    const warehouse = keyedCaller(createWarehouse().collections);

    const { status } = warehouse.post("/commands", undefined, command);

    expect(status).toBe(400);
    expect(warehouse.effects()).toHaveLength(0);
  });

  it("lets a payload that does not fit claim no key", () => {
    const warehouse = keyedCaller(createWarehouse().collections);

    const unfit = warehouse.post("/commands", "k1", {
      ...command,
      lines: [{ sku: "X", quantity: 1 }],
    });
    const fit = warehouse.post("/commands", "k1", command);

    expect(unfit.status).toBe(422);
    expect(fit.status).toBe(200);
  });

  it.each(["", "{", "nonsense"])("answers 400 to the body %j", (body) => {
    const warehouse = keyedCaller(createWarehouse().collections);

    const { status } = warehouse.post("/commands", "k1", body);

    expect(status).toBe(400);
  });

  it("reads a stored answer by its key, percent-encoded, and knows no other", () => {
    const warehouse = keyedCaller(createWarehouse().collections);
    const key = "salesorder:1/é?";
    const { answer } = warehouse.post("/commands", key, command);

    const known = warehouse.get(`/commands/${encodeURIComponent(key)}`);
    const unknown = warehouse.get("/commands/other");
    const malformed = warehouse.get("/commands/%E0%A4%A");

    expect(known).toEqual({ status: 200, answer });
    expect(unknown.status).toBe(404);
    expect(malformed.status).toBe(404);
  });
});

describe("the warehouse", () => {
  it("cancels the shipment of the submission, and knows of none when none was requested", () => {
    const warehouse = keyedCaller(createWarehouse().collections);
    const shipped = warehouse.post("/commands", "k1", command);
    const cancel = { ...command, type: "cancelShipment", sequence: 2 };

    const cancelled = warehouse.post("/commands", "k2", cancel);
    const nothing = warehouse.post("/commands", "k3", { ...cancel, submission: "s2" });

    const { shipmentId } = shipped.answer as { shipmentId: string };
    expect(cancelled.answer).toEqual({ outcome: "cancelled", shipmentId });
    expect(nothing.answer).toEqual({ outcome: "cancelled", shipmentId: null });
  });
});

describe("procurement", () => {
  const request = {
    order: "salesorder:1",
    submission: "s1",
    shortages: [{ sku: "TENT-4", requested: "2", available: "0" }],
  };

  it("cancels a request once, and says so when there is nothing to cancel", () => {
    const procurement = keyedCaller(createProcurement().collections);
    procurement.post("/requests", "r1", request);

    const first = procurement.post("/cancellations", "c1", { requestKey: "r1" });
    const second = procurement.post("/cancellations", "c2", { requestKey: "r1" });

    expect(first.answer).toEqual({ outcome: "cancelled" });
    expect(second.answer).toEqual({ outcome: "nothing-requested" });
  });

  it("does nothing for a request that comes after its own cancellation", () => {
    const procurement = keyedCaller(createProcurement().collections);

    procurement.post("/cancellations", "c1", { requestKey: "r1" });
    const late = procurement.post("/requests", "r1", request);

    expect(late.answer).toEqual({ outcome: "cancelled" });
    expect(procurement.effects().map(({ kind }) => kind)).toEqual(["cancellation"]);
  });
});

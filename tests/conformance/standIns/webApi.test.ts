import { describe, expect, it } from "vitest";
import { call, useStandIns } from "./standIns.ts";

const standIns = useStandIns();
const { dataverse } = standIns;
const order = "salesorders(3f2a9c55-7e83-ef11-ac20-000d3a2b1c01)";
const nobody = "salesorders(00000000-0000-0000-0000-0000000000ff)";
const fulfilment = (digest: string) => `contoso_fulfilments(contoso_submission='${digest}')`;
const represented = { prefer: "return=representation" };

describe("reading", () => {
  it("gives an order with its lines, products and currency in one call, digits kept", async () => {
    const { status, text, json } = await dataverse(
      "GET",
      `${order}?$select=ordernumber,totalamount,statecode,modifiedon,_customerid_value&$expand=order_details($select=quantity;$expand=productid($select=productnumber)),transactioncurrencyid($select=isocurrencycode)`,
    );

    expect(status).toBe(200);
    expect(text).toContain('"totalamount":1249.5000,');
    expect(text).toContain('"quantity":2.0000000000,');
    expect(json).toMatchObject({
      ordernumber: "ORD-01042-K7P2Q9",
      statecode: 1,
      modifiedon: "2024-11-18T10:12:05Z",
      _customerid_value: "71c0a4d2-6e2b-ee11-bdf4-000d3a2b1c01",
      transactioncurrencyid: { isocurrencycode: "EUR" },
      order_details: [
        { productid: { productnumber: "BIKE-100" } },
        { productid: { productnumber: "HELMET-20" } },
        { productid: { productnumber: "LOCK-7" } },
      ],
    });
    expect(json).not.toHaveProperty("name");
  });

  it("gives the custom order with its lines", async () => {
    const { json } = await dataverse(
      "GET",
      "contoso_orders(contoso_ordernumber='WEB-2026-000317')?$select=contoso_total&$expand=contoso_order_orderlines($select=contoso_sku,contoso_quantity)",
    );

    expect(json).toMatchObject({
      contoso_orderid: "6420f0cc-916b-ee11-9ae6-000d3a2b1c01",
      contoso_order_orderlines: [
        { contoso_sku: "HELMET-20" },
        { contoso_sku: "LOCK-7" },
        { contoso_sku: "LIGHT-3" },
      ],
    });
  });

  it("keeps instants to the second", async () => {
    const { json } = await dataverse("PATCH", fulfilment("a"), {}, represented);

    expect(json["modifiedon"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("filters and pages a set", async () => {
    await dataverse("PATCH", fulfilment("a"), { contoso_order: "salesorder:1" });
    await dataverse("PATCH", fulfilment("b"), { contoso_order: "salesorder:1" });
    await dataverse("PATCH", fulfilment("c"), { contoso_order: "salesorder:2" });
    const filter = encodeURIComponent("contoso_order eq 'salesorder:1'");

    const all = await dataverse("GET", `contoso_fulfilments?$filter=${filter}`);
    const first = await dataverse("GET", `contoso_fulfilments?$filter=${filter}&$top=1`);

    expect(all.json["value"]).toMatchObject([
      { contoso_submission: "a" },
      { contoso_submission: "b" },
    ]);
    expect(first.json["value"]).toHaveLength(1);
  });

  it("answers 304 to who has this version", async () => {
    const { headers } = await dataverse("GET", order);
    const etag = headers.get("etag") ?? "";

    const { status } = await dataverse("GET", order, undefined, { "if-none-match": etag });

    expect(etag).toMatch(/^W\/"\d+"$/);
    expect(status).toBe(304);
  });

  it("names itself", async () => {
    const { json } = await dataverse("GET", "WhoAmI");

    expect(json).toMatchObject({ OrganizationId: "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00" });
  });
});

describe("PATCH", () => {
  const patch = async (there: boolean, headers: Record<string, string>) => {
    if (there) await dataverse("PATCH", fulfilment("a"), { contoso_outcome: "approved" });
    return dataverse("PATCH", fulfilment("a"), { contoso_outcome: "withdrawn" }, headers);
  };

  it.each([
    ["no condition", {}, 204, 204],
    ["return=representation", represented, 201, 200],
    ["If-Match: *", { "if-match": "*" }, 404, 204],
    ["If-None-Match: *", { "if-none-match": "*" }, 204, 412],
    ['If-Match: W/"1"', { "if-match": 'W/"1"' }, 404, 412],
    ["If-None-Match: null", { "if-none-match": "null" }, 204, 204],
  ])(
    "with %s answers %j: %d for a missing row, %d for one that is there",
    async (_name, headers, missing, present) => {
      const first = await patch(false, headers);
      const second = await patch(true, headers);

      expect([first.status, second.status]).toEqual([missing, present]);
    },
  );

  it("updates with the version that was read, once", async () => {
    const { headers } = await dataverse("PATCH", fulfilment("a"), {}, represented);
    const condition = { "if-match": headers.get("etag") ?? "" };

    const first = await dataverse("PATCH", fulfilment("a"), {}, condition);
    const second = await dataverse("PATCH", fulfilment("a"), {}, condition);

    expect([first.status, second.status]).toEqual([204, 412]);
    expect(second.json).toEqual({
      error: {
        code: "0x80060882",
        message:
          "The version of the existing record doesn't match the RowVersion property provided.",
      },
    });
  });

  it("echoes how the row was addressed", async () => {
    const { headers } = await dataverse("PATCH", fulfilment("a"), {});

    expect(headers.get("odata-entityid")).toBe(
      `${standIns.urls().dataverse}/api/data/v9.2/${fulfilment("a")}`,
    );
    expect(headers.get("odata-version")).toBe("4.0");
  });

  it("drops key columns from the body of an update, and lets them win on a create", async () => {
    await dataverse("PATCH", fulfilment("a"), { contoso_submission: "b" });
    await dataverse("PATCH", fulfilment("b"), { contoso_submission: "c" });

    const { json } = await dataverse("GET", "contoso_fulfilments?$select=contoso_submission");

    expect(json["value"]).toMatchObject([{ contoso_submission: "b" }]);
  });
});

describe("POST and DELETE", () => {
  it("create an order with its lines, number and total, and remove it", async () => {
    const created = await dataverse(
      "POST",
      "salesorders",
      {
        name: "two bikes",
        "customerid_account@odata.bind": "/accounts(71c0a4d2-6e2b-ee11-bdf4-000d3a2b1c01)",
        order_details: [
          { "productid@odata.bind": "/products(productnumber='BIKE-100')", quantity: 2 },
        ],
      },
      represented,
    );
    const path = `salesorders(${String(created.json["salesorderid"])})`;
    const removed = await dataverse("DELETE", path);
    const gone = await dataverse("GET", path);

    expect(created.status).toBe(201);
    expect(created.json["ordernumber"]).toMatch(/^ORD-\d{5}-/);
    expect(created.text).toContain('"totalamount":2299.0000');
    expect([removed.status, gone.status]).toEqual([204, 404]);
  });

  it("answers 412 to an id or a key that is taken", async () => {
    const id = { productid: "b1e00001-6e2b-ee11-bdf4-000d3a2b1c01", productnumber: "NEW" };

    const sameId = await dataverse("POST", "products", id);
    const sameKey = await dataverse("POST", "products", { productnumber: "BIKE-100" });

    expect([sameId.status, sameKey.status]).toEqual([412, 412]);
  });
});

describe("a refusal", () => {
  it.each([
    ["GET", nobody, undefined, 404, "0x80040217"],
    ["GET", fulfilment("a"), undefined, 404, "0x80060891"],
    ["GET", "nosuchs", undefined, 404, "0x80060888"],
    ["GET", "salesorders(name='x')", undefined, 400, "0x80060888"],
    ["GET", `${order}?$select=nosuch`, undefined, 400, "0x80060888"],
    ["GET", `${order}?$expand=nosuch`, undefined, 400, "0x80060888"],
    ["GET", "salesorders?$orderby=name", undefined, 400, "0x80060888"],
    ["PATCH", fulfilment("a%2Fb"), {}, 400, "0x80060888"],
    ["PATCH", order, { nosuch: 1 }, 400, "0x80048d19"],
    ["PATCH", order, { statecode: 1, statuscode: 1 }, 400, "0x80048408"],
    ["POST", "salesorders", "{", 400, "0x80048d19"],
    ["PUT", order, {}, 405, "0x80060888"],
  ])("of %s %s with %j is %d %s", async (method, path, body, status, code) => {
    const answer = await dataverse(method, path, body);

    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error: { code } });
  });

  it("is 401 without a bearer token", async () => {
    const { status } = await call("GET", `${standIns.urls().dataverse}/api/data/v9.2/WhoAmI`);

    expect(status).toBe(401);
  });

  it("is 415 for a body that is not JSON by its type", async () => {
    const { status } = await dataverse("PATCH", order, "{}", { "content-type": "text/plain" });

    expect(status).toBe(415);
  });

  it("is the service protection limit's when told to throttle", async () => {
    await standIns.control("PUT", "/services/dataverse/behaviour", {
      mode: "throttling",
      retryAfterSeconds: 3,
      times: 1,
    });

    const throttled = await dataverse("GET", order);
    const then = await dataverse("GET", order);

    expect(throttled.status).toBe(429);
    expect(throttled.headers.get("retry-after")).toBe("3");
    expect(throttled.json).toMatchObject({ error: { code: "0x80072322" } });
    expect(then.status).toBe(200);
  });
});

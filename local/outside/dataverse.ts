import { type Answer, request, succeed } from "./request.ts";
import { until } from "./until.ts";

const ACCOUNT = "71c0a4d2-6e2b-ee11-bdf4-000d3a2b1c01";
const EURO = "2cf1b0c7-6d2b-ee11-bdf4-000d3a2b1c01";

export type OrderLine = {
  readonly product: string;
  readonly quantity: number;
  readonly price: string;
};
export type Fulfilment = Readonly<Record<string, unknown>>;

/** Dataverse as a salesperson uses it: orders are entered, submitted, withdrawn; results are read. */
export function dataverseClient(url: string, orderTable = "salesorder") {
  const api = `${url}/api/data/v9.2`;
  const headers = { authorization: "Bearer outside-view" };
  const patchOrder = (orderId: string, change: object): Promise<Answer> =>
    request("PATCH", `${api}/salesorders(${orderId})`, {
      body: change,
      headers: { ...headers, "if-match": "*" },
    });
  const fulfilments = async (orderId: string): Promise<Fulfilment[]> => {
    const filter = encodeURIComponent(`contoso_order eq '${orderTable}:${orderId}'`);
    const { body } = await succeed("GET", `${api}/contoso_fulfilments?$filter=${filter}`, {
      headers,
    });
    return body["value"] as Fulfilment[];
  };
  return {
    /** An order in state Active with its lines; returns its id. */
    enterOrder: async (
      name: string,
      lines: readonly OrderLine[],
      total: string,
    ): Promise<string> => {
      const answer = await succeed("POST", `${api}/salesorders`, {
        headers: { ...headers, prefer: "return=representation" },
        body: {
          name,
          "customerid_account@odata.bind": `/accounts(${ACCOUNT})`,
          "transactioncurrencyid@odata.bind": `/transactioncurrencies(${EURO})`,
          totalamount: Number(total),
          order_details: lines.map(({ product, quantity, price }) => ({
            "productid@odata.bind": `/products(${product})`,
            quantity,
            priceperunit: Number(price),
          })),
        },
      });
      return String(answer.body["salesorderid"]);
    },
    /** Runs the pre-operation credit check; 400 when it declines. */
    submit: (orderId: string) => patchOrder(orderId, { statecode: 1, statuscode: 3 }),
    withdraw: (orderId: string) => patchOrder(orderId, { statecode: 0, statuscode: 1 }),
    order: async (orderId: string) =>
      (await succeed("GET", `${api}/salesorders(${orderId})`, { headers })).body,
    /** Product id of a stock-keeping unit. */
    product: async (sku: string): Promise<string> => {
      const filter = encodeURIComponent(`productnumber eq '${sku}'`);
      const { body } = await succeed("GET", `${api}/products?$filter=${filter}`, { headers });
      const [product] = body["value"] as { productid: string }[];
      if (product === undefined) throw new Error(`no product ${sku}`);
      return product.productid;
    },
    fulfilments,
    /** The order's one result row once it says `outcome`. */
    fulfilled: (orderId: string, outcome: string, limitMs?: number): Promise<Fulfilment> =>
      until(
        `result row of order ${orderId} with outcome ${outcome}`,
        async () => (await fulfilments(orderId)).find((row) => row["contoso_outcome"] === outcome),
        limitMs,
      ),
  };
}

export type DataverseClient = ReturnType<typeof dataverseClient>;

import { afterAll, beforeAll, beforeEach } from "vitest";
import type { EnvironmentLimits } from "../../../local/standIns/dataverse/environment.ts";
import type { StandInsInfo } from "../../../local/standIns/options.ts";
import { startStandIns } from "../../../local/standIns/startStandIns.ts";

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
};

type Options = {
  readonly limits?: Partial<EnvironmentLimits>;
  readonly serviceBus?: () => string;
};

const nobody =
  "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=x;SharedAccessKey=x;UseDevelopmentEmulator=true;";

/** The stand-ins on free ports for the tests of a file, as at start before each. */
export function useStandIns({ limits = {}, serviceBus = () => nobody }: Options = {}) {
  let running: Awaited<ReturnType<typeof startStandIns>> | undefined;
  const info = (): StandInsInfo => {
    if (running === undefined) throw new Error("the stand-ins are not up");
    return running.info;
  };
  beforeAll(async () => {
    running = await startStandIns({
      controlPort: 0,
      ports: { dataverse: 0, creditBureau: 0, inventory: 0, warehouse: 0, procurement: 0 },
      serviceBus: serviceBus(),
      organizationId: "c0e1b9a4-6c2b-ee11-a66b-000d3a2b1c00",
      limits: { webhookRetryDelayMs: 1, jobRetryBaseMs: 20, ...limits },
    });
  });
  beforeEach(async () => {
    await call("POST", `${info().controlUrl}/reset`);
  });
  afterAll(() => running?.stop());

  return {
    urls: () => info().urls,
    control: (method: string, path: string, body?: unknown) =>
      call(method, `${info().controlUrl}${path}`, body),
    /** A call of the Web API with a token. */
    dataverse: (method: string, path: string, body?: unknown, headers = {}) =>
      call(method, `${info().urls.dataverse}/api/data/v9.2/${path}`, body, {
        authorization: "Bearer t",
        ...headers,
      }),
    post: (url: string, key: string, body: unknown) =>
      call("POST", url, body, { "idempotency-key": `"${key}"` }),
  };
}

/** One call over a connection of its own; rejects when it is cut. */
export async function call(
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { connection: "close", "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

import { succeed } from "./request.ts";

export type ServiceName = "dataverse" | "credit-bureau" | "inventory" | "warehouse" | "procurement";

export type Behaviour =
  | { readonly mode: "ok" | "hanging" }
  | { readonly mode: "slow"; readonly delayMs: number }
  | { readonly mode: "failing"; readonly status?: number; readonly times?: number }
  | { readonly mode: "throttling"; readonly retryAfterSeconds: number; readonly times?: number }
  | { readonly mode: "losing"; readonly times?: number };

export type Effect = {
  readonly at: number;
  readonly key: string;
  readonly kind: string;
  readonly body: Record<string, unknown>;
  readonly answer: Record<string, unknown>;
};
export type Call = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  /** `null`: the connection was cut before an answer. */
  readonly status: number | null;
};
export type SystemJob = {
  readonly id: string;
  readonly step: string;
  readonly kind: string;
  readonly statecode: number;
  readonly statuscode: number;
  /** `status`: of HTTP, `accepted` by the bus, or in a word why there was none. */
  readonly attempts: readonly { readonly at: number; readonly status: number | string }[];
};

/** The control API of the stand-ins: scripts what they do, reads what was done to them. */
export function standInsControl(controlUrl: string) {
  const service = (name: ServiceName) => `${controlUrl}/services/${name}`;
  return {
    behave: (name: ServiceName, behaviour: Behaviour) =>
      succeed("PUT", `${service(name)}/behaviour`, { body: behaviour }),
    takeDown: (name: ServiceName) => succeed("POST", `${service(name)}/down`),
    bringBack: (name: ServiceName) => succeed("POST", `${service(name)}/up`),
    ledger: async (name: ServiceName) => {
      const { body } = await succeed("GET", `${service(name)}/ledger`);
      return body as { effects: Effect[]; calls: Call[] };
    },
    setStock: (stock: Record<string, string>) =>
      succeed("PUT", `${service("inventory")}/stock`, { body: stock }),
    systemJobs: async () => {
      const { body } = await succeed("GET", `${controlUrl}/dataverse/system-jobs`);
      return body as unknown as SystemJob[];
    },
    resume: (jobId: string, times: number) =>
      succeed("POST", `${controlUrl}/dataverse/system-jobs/${jobId}/resume`, { body: { times } }),
    postEvent: (door: "webhook" | "queue", body: string) =>
      succeed("POST", `${controlUrl}/dataverse/events`, { body: { door, body } }),
    script: (script: { rollbackAfterPost?: number; commitDelayMs?: number }) =>
      succeed("PUT", `${controlUrl}/dataverse/script`, { body: script }),
    step: (id: string, change: { enabled?: boolean; mode?: "synchronous" | "asynchronous" }) =>
      succeed("PUT", `${controlUrl}/dataverse/steps/${id}`, { body: change }),
    reset: () => succeed("POST", `${controlUrl}/reset`),
  };
}

export type StandInsControl = ReturnType<typeof standInsControl>;

import { randomBytes } from "node:crypto";
import type { Memory } from "../memory/memory.ts";
import type { Call } from "../service/call.ts";
import type { Ledger } from "../service/ledger.ts";
import type { Reply } from "../service/reply.ts";
import type { Time } from "../time.ts";
import { afterCommit } from "./doors/afterCommit.ts";
import type { CurrentApp } from "./doors/app.ts";
import { createQueueDoor } from "./doors/queueDoor.ts";
import type { QueueSender } from "./doors/queueSender.ts";
import { createWebhookDoor } from "./doors/webhookDoor.ts";
import { nameIn } from "./nameIn.ts";
import type { Organization } from "./organization.ts";
import { createCreditCheck } from "./pipeline/creditCheck.ts";
import { defaultSteps } from "./pipeline/defaultSteps.ts";
import { createKeyedLock } from "./pipeline/keyedLock.ts";
import { createPosting } from "./pipeline/posting.ts";
import { createSalesLogic } from "./pipeline/salesLogic.ts";
import { createSaveScript } from "./pipeline/saveScript.ts";
import { createSaves } from "./pipeline/saves.ts";
import { createStepRegistry } from "./pipeline/stepRegistry.ts";
import { createSystemJobs } from "./pipeline/systemJobs.ts";
import { seed } from "./seed.ts";
import { createStore } from "./store.ts";
import { handleWebApi } from "./webApi/handleWebApi.ts";

export type EnvironmentOptions = {
  readonly organization: Organization;
  readonly app: CurrentApp;
  readonly sender: QueueSender;
  readonly time: Time;
  readonly newId: () => string;
  readonly ledger: () => Ledger;
  readonly memory: Memory;
  /** Makes sure that all that happened is remembered. */
  readonly commit: () => void;
  readonly limits: EnvironmentLimits;
  /** Steps on other order tables start disabled; undefined = all are on. */
  readonly orderTable: string | undefined;
};

/** Times, ms. */
export type EnvironmentLimits = {
  readonly creditCheckTimeoutMs: number;
  readonly webhookTimeoutMs: number;
  readonly webhookRetryDelayMs: number;
  /** Waits of a system job between its tries to reach the bus. */
  readonly jobRetryBaseMs: number;
  readonly jobRetryMaxMs: number;
};

export const defaultLimits: EnvironmentLimits = {
  creditCheckTimeoutMs: 5_000,
  webhookTimeoutMs: 60_000,
  webhookRetryDelayMs: 1_000,
  jobRetryBaseMs: 2_000,
  jobRetryMaxMs: 60_000,
};

/**
 * One Dataverse environment with its rows, steps and system jobs. Rows and jobs are remembered; steps and
 * script are as registered at each start.
 */
export function createEnvironment(options: EnvironmentOptions) {
  const { organization, app, sender, time, newId, ledger, limits, orderTable } = options;
  const { memory, commit } = options;
  const store = createStore(memory);
  if (store.isNew) seed(store);
  const nameOf = nameIn(store);
  const lock = createKeyedLock();
  const script = createSaveScript();
  const steps = createStepRegistry(
    defaultSteps.map((step) => ({
      ...step,
      enabled: orderTable === undefined || step.table === orderTable,
    })),
  );
  const webhookDoor = createWebhookDoor({
    app,
    organization,
    time,
    timeoutMs: limits.webhookTimeoutMs,
    retryDelayMs: limits.webhookRetryDelayMs,
  });
  const newMessageId = () => randomBytes(16).toString("hex");
  const queueDoor = createQueueDoor({ sender, organization, time, newMessageId });
  const webhook = afterCommit(webhookDoor, commit);
  const doors = { webhook, queue: afterCommit(queueDoor, commit) };
  const jobs = createSystemJobs({
    doors,
    time,
    kept: memory.mapNamed("jobs"),
    retryBaseMs: limits.jobRetryBaseMs,
    retryMaxMs: limits.jobRetryMaxMs,
  });
  const save = createSaves({
    store,
    steps,
    lock,
    salesLogic: createSalesLogic(store, () => newId().slice(0, 6).toUpperCase()),
    creditCheck: createCreditCheck({ app, store, timeoutMs: limits.creditCheckTimeoutMs }),
    posting: createPosting({ steps, webhook, jobs, organization, nameOf, newId }),
    script,
    organization,
    time,
    newId,
    committed: ({ table, id, message, sent, correlationId }) =>
      ledger().record({
        at: time.now(),
        key: `${table.logicalName}:${id}`,
        kind: message,
        body: sent,
        answer: { correlationId },
      }),
  });
  const api = {
    store,
    save,
    lock,
    newId,
    removed: ({ logicalName }: { logicalName: string }, id: string) =>
      ledger().record({
        at: time.now(),
        key: `${logicalName}:${id}`,
        kind: "Delete",
        body: null,
        answer: null,
      }),
  };
  return {
    handle: (call: Call): Promise<Reply> => handleWebApi(api, organization, call),
    steps,
    jobs,
    doors,
    script,
  };
}

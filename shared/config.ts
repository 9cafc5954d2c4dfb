import { z } from "zod";
import { alertSettings } from "./alertSettings.ts";
import { ConfigError } from "./configError.ts";
import { azure, type Connection, readConnection } from "./connection.ts";
import type { OrderProfile } from "./domain/orderProfile.ts";
import { orderSettings, profileOf } from "./orderSettings.ts";
import { Schedule } from "./schedule.ts";

type Env = Readonly<Record<string, string | undefined>>;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** host.json lets a function run, and renews a message's lock, for so long: nobody is at work on an order any more after. */
const MAX_LEASE_MS = 5 * 60 * 1_000;

const ms = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
const decimal = z.string().regex(/^\d+(\.\d{1,4})?$/);
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
const name = z.string().min(1);

const settings = z.object({
  DATAVERSE_EVENTS_QUEUE: name,
  ORDERS_QUEUE: name,
  WAREHOUSE_QUEUE: name,
  TELEMETRY_HUB: name,
  OUTBOX_RELAY_SCHEDULE: Schedule,
  RECONCILE_SCHEDULE: Schedule,
  RETENTION_SCHEDULE: Schedule,
  DATAVERSE_URL: url,
  DATAVERSE_ORGANIZATION_ID: z.guid().transform((id) => id.toLowerCase()),
  /** Emulators only: a fixed bearer token. In Azure it stays unset and the managed identity asks for one. */
  DATAVERSE_ACCESS_TOKEN: name.optional(),
  /** Client id of the user-assigned identity that asks for it; unset for the app's own. */
  DATAVERSE_CLIENT_ID: z.guid().optional(),
  ...orderSettings,
  CREDIT_BUREAU_URL: url,
  INVENTORY_URL: url,
  WAREHOUSE_URL: url,
  PROCUREMENT_URL: url,
  /** One call to an outside system other than the credit bureau. */
  TARGET_TIMEOUT_MS: ms(10_000),
  /** All of a door's attempts to reach the bus, the SDK's own retries included. */
  INTAKE_SEND_TIMEOUT_MS: ms(3_000),
  /** Failures in a row, in one instance, after which no instance calls the system. */
  BREAKER_FAILURES: count(5),
  /** How long it is left alone then. */
  BREAKER_OPEN_MS: ms(5_000),
  /** Calls of the whole fleet at once that may find out whether it is back. */
  BREAKER_PROBES: count(2),
  /** One send to the bus by a worker, the SDK's own retries included. */
  BUS_TIMEOUT_MS: ms(10_000),
  /** One call to the table of the orders. */
  STORAGE_TIMEOUT_MS: ms(5_000),
  /** How long an attempt has an order to itself; a crashed one's order waits as long. */
  LEASE_MS: ms(120_000).pipe(z.int().max(MAX_LEASE_MS)),
  RETRY_BASE_DELAY_MS: ms(1_000),
  RETRY_MAX_DELAY_MS: ms(300_000),
  RETRY_MAX_ATTEMPTS: count(10),
  PARK_DELAY_MS: ms(5_000),
  PARK_MAX_AGE_MS: ms(3 * DAY_MS),
  /** How long what is needed to recognise a repetition is kept. */
  RETENTION_MS: ms(30 * DAY_MS),
  /** Of the queues as deployed. */
  MESSAGE_TTL_MS: ms(14 * DAY_MS),
  /** How long a target may be asked for the outcome of a call before its message is dead-lettered. */
  RECONCILE_MAX_AGE_MS: ms(DAY_MS),
  ROW_VISIBLE_WITHIN_MS: ms(150_000),
  CREDIT_BUREAU_TIMEOUT_MS: ms(450),
  CREDIT_STORE_TIMEOUT_MS: ms(250),
  /** The whole credit check: longer than the bureau may take, and it has to leave room below the 1.5 s promised. */
  CREDIT_ANSWER_TIMEOUT_MS: ms(550),
  CREDIT_DECISION_MAX_AGE_MS: ms(DAY_MS),
  /** Without bureau and without a recent decision: approve up to this amount, review above. */
  CREDIT_POLICY_LIMIT: decimal.default("500"),
  CREDIT_POLICY_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("EUR"),
  TELEMETRY_SEND_TIMEOUT_MS: ms(1_000),
  /** An event that happened longer than this before the hub took it is parked as late. */
  TELEMETRY_LATENESS_MS: ms(60 * 60 * 1_000),
  /** An event that happened more than this after the hub took it is parked as future. */
  TELEMETRY_AHEAD_MS: ms(5 * 60 * 1_000),
  ...alertSettings,
  /** Set by App Service when Easy Auth guards the app; only then is a client principal believed. */
  WEBSITE_AUTH_ENABLED: z.enum(["True", "true", "False", "false"]).optional(),
});

export type Config = z.infer<typeof settings> & {
  readonly serviceBus: Connection;
  readonly eventHubs: Connection;
  readonly tables: Connection;
  readonly blobs: Connection;
  readonly orderProfile: OrderProfile;
};

/** The only reader of the environment. Throws ConfigError naming the first setting that is missing or wrong. */
export function loadConfig(env: Env = process.env): Config {
  const result = settings.safeParse(env);
  if (!result.success) {
    const setting = String(result.error.issues[0]?.path[0]);
    const state = env[setting] === undefined ? "is missing" : "has a value that does not fit";
    throw new ConfigError(`setting ${setting} ${state}`);
  }
  assertRetention(result.data);
  assertLease(result.data);
  const order = profileOf(result.data);
  if ("missing" in order) {
    throw new ConfigError(`setting ${order.missing} is missing, which ORDER_TABLE makes necessary`);
  }
  return {
    ...result.data,
    orderProfile: order.profile,
    serviceBus: readConnection(env, "SERVICE_BUS", azure.serviceBus),
    eventHubs: readConnection(env, "EVENT_HUBS", azure.eventHubs),
    tables: readConnection(env, "STORAGE", azure.tables),
    blobs: readConnection(env, "STORAGE", azure.blobs),
  };
}

/** A message that outlives the record of its key would be taken for a new one. */
function assertRetention(config: z.infer<typeof settings>): void {
  const { RETENTION_MS, MESSAGE_TTL_MS, PARK_MAX_AGE_MS, RECONCILE_MAX_AGE_MS } = config;
  if (RETENTION_MS >= MESSAGE_TTL_MS + PARK_MAX_AGE_MS + RECONCILE_MAX_AGE_MS) return;
  throw new ConfigError(
    "setting RETENTION_MS is shorter than a message may live: MESSAGE_TTL_MS + PARK_MAX_AGE_MS + RECONCILE_MAX_AGE_MS",
  );
}

/**
 * An attempt at most releases, retracts, reserves and writes back, sends three commands, and writes and reads again where
 * it claims, where it ends, and where it gives the order back for later. Up to 3 s a call to a target for its breaker,
 * and what the clocks of two instances differ by, come on top: the default leaves room for them.
 */
function assertLease(config: z.infer<typeof settings>): void {
  const { LEASE_MS, TARGET_TIMEOUT_MS, BUS_TIMEOUT_MS, STORAGE_TIMEOUT_MS } = config;
  if (LEASE_MS >= 4 * TARGET_TIMEOUT_MS + 3 * BUS_TIMEOUT_MS + 6 * STORAGE_TIMEOUT_MS) return;
  throw new ConfigError(
    "setting LEASE_MS is shorter than an attempt may take: 4 × TARGET_TIMEOUT_MS + 3 × BUS_TIMEOUT_MS + 6 × STORAGE_TIMEOUT_MS",
  );
}

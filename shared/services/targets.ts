import { createDataverseApi, type DataverseApi } from "../adapters/dataverseApi.ts";
import { createDataverseToken } from "../adapters/dataverseToken.ts";
import { createKeyedHttp, type KeyedHttp } from "../adapters/keyedHttp.ts";
import type { Config } from "../config.ts";
import type { FleetBreakers } from "../patterns/fleetBreakers.ts";

type TargetOptions = {
  readonly config: Pick<
    Config,
    | "DATAVERSE_URL"
    | "DATAVERSE_ACCESS_TOKEN"
    | "DATAVERSE_CLIENT_ID"
    | "INVENTORY_URL"
    | "PROCUREMENT_URL"
    | "WAREHOUSE_URL"
    | "TARGET_TIMEOUT_MS"
  >;
  readonly breakers: Pick<FleetBreakers, "run">;
};

/**
 * The outside systems that orders need, each kind of call behind a breaker of its own: that a system can be read says
 * nothing of whether it takes what is written. The question what became of a call has none: reconciliation asks it once
 * a run while it fails.
 */
export function createTargets({ config, breakers }: TargetOptions) {
  const { DATAVERSE_URL: url, TARGET_TIMEOUT_MS: timeoutMs } = config;
  const { DATAVERSE_ACCESS_TOKEN: fixedToken, DATAVERSE_CLIENT_ID: clientId } = config;
  const accessToken = createDataverseToken({ url, fixedToken, clientId });
  const { get, upsert, create } = createDataverseApi({ url, accessToken, timeoutMs });
  const dataverse: DataverseApi = {
    ...behind(breakers, "dataverse-read", { get }),
    ...behind(breakers, "dataverse-write", { upsert, create }),
  };
  const keyed = (target: string, baseUrl: string): KeyedHttp => {
    const { post, has } = createKeyedHttp({ target, baseUrl, timeoutMs });
    return { ...behind(breakers, target, { post }), has };
  };
  return {
    dataverse,
    keyed: {
      inventory: keyed("inventory", config.INVENTORY_URL),
      procurement: keyed("procurement", config.PROCUREMENT_URL),
      warehouse: keyed("warehouse", config.WAREHOUSE_URL),
    },
  };
}

type Calls = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** The same calls, each made only while the breaker lets it. */
function behind<Target extends Calls>(
  { run }: Pick<FleetBreakers, "run">,
  name: string,
  target: Target,
): Target {
  const guarded = Object.entries(target).map(([method, call]) => [
    method,
    (...args: never[]) => run(name, () => call(...args)),
  ]);
  return Object.fromEntries(guarded) as Target;
}

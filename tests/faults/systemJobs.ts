import type { StandInsControl, SystemJob } from "../../local/outside/standIns.ts";
import { until } from "../../local/outside/until.ts";

/** `statecode` of a system job that will not run again. */
const COMPLETED = 3;

export const hasEnded = ({ statecode }: SystemJob): boolean => statecode === COMPLETED;

/** Waits until Dataverse has done with all system jobs, delivered or given up. */
export function endedJobs(standIns: StandInsControl): Promise<readonly SystemJob[]> {
  return until("Dataverse to deliver or give up", async () => {
    const found = await standIns.systemJobs();
    return found.every(hasEnded) ? found : undefined;
  });
}

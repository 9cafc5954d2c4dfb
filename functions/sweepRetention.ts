import type { FunctionApp, Services } from "../shared/services.ts";

/** Deletes what is older than the retention time and no longer needed to recognise a repetition. */
export function registerSweepRetention(
  app: FunctionApp,
  { sweepRetention }: Pick<Services, "sweepRetention">,
): void {
  app.timer("sweepRetention", {
    schedule: "%RETENTION_SCHEDULE%",
    handler: async (_timer, context) => {
      context.info("retention swept", await sweepRetention());
    },
  });
}

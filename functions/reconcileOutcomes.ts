import type { FunctionApp, Services } from "../shared/services.ts";

/** Asks the outside systems what became of calls that nobody knows the outcome of, and lets their messages go on. */
export function registerReconcileOutcomes(
  app: FunctionApp,
  { reconcileOutcomes }: Pick<Services, "reconcileOutcomes">,
): void {
  app.timer("reconcileOutcomes", {
    schedule: "%RECONCILE_SCHEDULE%",
    handler: async (_timer, context) => {
      const reconciled = await reconcileOutcomes();
      if (Object.values(reconciled).some((count) => count > 0)) {
        context.info("outcomes reconciled", reconciled);
      }
    },
  });
}

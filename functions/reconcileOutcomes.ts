import type { FunctionApp, Services } from "../shared/services.ts";

/** Asks the outside systems what became of calls that nobody knows the outcome of, and lets their messages go on. */
export function registerReconcileOutcomes(
  app: FunctionApp,
  { reconcileOutcomes }: Pick<Services, "reconcileOutcomes">,
): void {
  app.timer("reconcileOutcomes", {
    schedule: "%RECONCILE_SCHEDULE%",
    handler: async (_timer, context) => {
      const { because, ...counts } = await reconcileOutcomes();
      if (because !== undefined) {
        context.warn("outcomes not all reconciled", { ...counts, because: because.message });
      } else if (Object.values(counts).some((count) => count > 0)) {
        context.info("outcomes reconciled", counts);
      }
    },
  });
}

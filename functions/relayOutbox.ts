import type { FunctionApp, Services } from "../shared/services.ts";

/** Sends what the bus could not take when it came, oldest first; what is left waits for the next run. */
export function registerRelayOutbox(
  app: FunctionApp,
  { relayOutbox }: Pick<Services, "relayOutbox">,
): void {
  app.timer("relayOutbox", {
    schedule: "%OUTBOX_RELAY_SCHEDULE%",
    handler: async (_timer, context) => {
      const { relayed, because } = await relayOutbox();
      if (because !== undefined) {
        context.warn("outbox not emptied", { relayed, because: because.message });
      } else if (relayed > 0) {
        context.info("outbox relayed", { relayed });
      }
    },
  });
}

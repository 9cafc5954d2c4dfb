import { app } from "@azure/functions";
import { loadConfig } from "../shared/config.ts";
import { createServices, type FunctionApp, type Services } from "../shared/services.ts";
import { registerAggregateTelemetry } from "./aggregateTelemetry.ts";
import { registerCheckCredit } from "./checkCredit.ts";
import { registerDiscardCommand } from "./discardCommand.ts";
import { registerDispatchShipment } from "./dispatchShipment.ts";
import { registerGetHealth } from "./getHealth.ts";
import { registerGetOrder } from "./getOrder.ts";
import { registerIngestTelemetry } from "./ingestTelemetry.ts";
import { registerProcessOrder } from "./processOrder.ts";
import { registerQueryAlerts } from "./queryAlerts.ts";
import { registerQueryTelemetry } from "./queryTelemetry.ts";
import { registerReceiveDataverseWebhook } from "./receiveDataverseWebhook.ts";
import { registerReconcileOutcomes } from "./reconcileOutcomes.ts";
import { registerRelayOutbox } from "./relayOutbox.ts";
import { registerRouteDataverseEvent } from "./routeDataverseEvent.ts";
import { registerSubmitOrder } from "./submitOrder.ts";
import { registerSweepRetention } from "./sweepRetention.ts";
import { registerWatchTelemetry } from "./watchTelemetry.ts";

/** Every function of the app; one that is missing here does not exist. */
function registerAll(app: FunctionApp, services: Services): void {
  registerReceiveDataverseWebhook(app, services);
  registerRouteDataverseEvent(app, services);
  registerSubmitOrder(app, services);
  registerGetOrder(app, services);
  registerRelayOutbox(app, services);
  registerProcessOrder(app, services);
  registerDispatchShipment(app, services);
  registerDiscardCommand(app, services);
  registerReconcileOutcomes(app, services);
  registerSweepRetention(app, services);
  registerAggregateTelemetry(app, services);
  registerWatchTelemetry(app, services);
  registerCheckCredit(app, services);
  registerGetHealth(app, services);
  registerIngestTelemetry(app, services);
  registerQueryTelemetry(app, services);
  registerQueryAlerts(app, services);
}

// A ConfigError escapes on purpose: an app without its settings must not start.
registerAll(app, createServices(loadConfig()));

import { app } from "@azure/functions";
import { loadConfig } from "../shared/config.ts";
import { createServices, type FunctionApp, type Services } from "../shared/services.ts";

/** Every function of the app; one that is missing here does not exist. */
function registerAll(_app: FunctionApp, _services: Services): void {}

// A ConfigError escapes on purpose: an app without its settings must not start.
registerAll(app, createServices(loadConfig()));

import { runCommand } from "./command.ts";
import { emulatorPorts } from "./emulatorPorts.ts";
import { brokerConnectionString, startEmulators } from "./emulatorSet.ts";
import { readOptions } from "./options.ts";
import { readState, stateSettings } from "./state/stateSettings.ts";

/** `npm run emulators`: Azurite, Service Bus and Event Hubs alone, for `func start` or any other app. */
await runCommand(async (print) => {
  const options = readOptions({
    ...stateSettings,
    serviceBusConfig: { default: undefined, help: "Config.json of the Service Bus emulator" },
    eventHubsConfig: { default: undefined, help: "Config.json of the Event Hubs emulator" },
    ...emulatorPorts,
    address: { default: undefined, help: "address to listen on instead of loopback" },
  });
  const { state, retention } = readState(options);
  const { azurite, broker, stop } = await startEmulators({
    ...options,
    state,
    retention,
    ports: options,
    log: print,
  });
  print(`Service Bus   ${brokerConnectionString(broker.info.amqpPort)}`);
  print(`Event Hubs    ${brokerConnectionString(broker.info.amqpPort)}`);
  print(`Storage       ${azurite.connectionString}`);
  print(`Health        http://localhost:${broker.info.adminPort}/health`);
  print(`State         ${state?.directory ?? "in memory only"}`);
  return { stop, ended: Promise.race([azurite.exited, broker.exited]) };
});

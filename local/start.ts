import { runCommand } from "./command.ts";
import { keepUp } from "./keepUp.ts";
import { readOptions } from "./options.ts";
import { startStack } from "./stack.ts";
import { readState, stateSettings } from "./state/stateSettings.ts";
import { welcome } from "./welcome.ts";

/** `npm start`: the whole integration on one machine. */
await runCommand(async (print) => {
  const began = performance.now();
  const options = readOptions({
    ...stateSettings,
    hostPort: { default: 7071, help: "the app's HTTP functions" },
    amqpPort: { default: 5672, help: "Service Bus and Event Hubs" },
    adminPort: { default: 5300, help: "health and administration of both" },
    blobPort: { default: 10_000, help: "Azurite blobs" },
    queuePort: { default: 10_001, help: "Azurite queues" },
    tablePort: { default: 10_002, help: "Azurite tables" },
    controlPort: { default: 7080, help: "control of the stand-ins" },
    dataversePort: { default: 7081, help: "Dataverse stand-in" },
    creditBureauPort: { default: 7082, help: "credit bureau stand-in" },
    inventoryPort: { default: 7083, help: "inventory stand-in" },
    warehousePort: { default: 7084, help: "warehouse stand-in" },
    procurementPort: { default: 7085, help: "procurement stand-in" },
    noAuth: { default: false, help: "ask for no keys, as func start does" },
    functionKey: { default: undefined, help: "function key; random where absent" },
    masterKey: { default: undefined, help: "master key; random where absent" },
    orderTable: { default: "salesorder", help: "salesorder or contoso_order" },
    inspectPort: { default: 0, help: "port for a debugger of the host" },
    hosts: { default: 1, help: "how many host processes share the work" },
  });
  const { noAuth, orderTable, functionKey, masterKey, inspectPort, hosts, ...ports } = options;
  const { state, retention } = readState(options);
  const stack = await startStack({
    ports,
    state,
    retention,
    noAuth,
    functionKey,
    masterKey,
    inspectPort: inspectPort === 0 ? undefined : inspectPort,
    hosts,
    settings: { ORDER_TABLE: orderTable },
    log: (process, line) => print(`${process.padEnd(9)} ${line}`),
  });
  welcome(stack, performance.now() - began).forEach(print);
  print(`State ${state?.directory ?? "in memory only"}`);
  const { azurite, broker, standIns } = stack;
  const keptUp = stack.hosts.map((host, index) => {
    const debugPort = inspectPort === 0 ? undefined : inspectPort + index;
    const place = { port: host.info.port, inspectPort: debugPort };
    return keepUp(host, { print, restart: () => stack.startHost(place) });
  });
  const ended = Promise.race([
    ...[azurite, broker, standIns].map(({ exited }) => exited),
    Promise.all(keptUp.map((host) => host.ended)),
  ]);
  const stop = async () => {
    await Promise.all(keptUp.map((host) => host.stop()));
    await stack.stop();
  };
  return { stop, ended };
});

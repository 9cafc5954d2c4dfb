import { join } from "node:path";
import { runCommand } from "./command.ts";
import { keepUp } from "./keepUp.ts";
import { startStack } from "./stack.ts";
import { readStartOptions } from "./startOptions.ts";
import { readState } from "./state/stateSettings.ts";
import { welcome } from "./welcome.ts";

/** `npm start`: the whole integration on one machine. */
await runCommand(async (print) => {
  const began = performance.now();
  const options = await readStartOptions(join(import.meta.dirname, ".."));
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

import { checkTriggers } from "./checkTriggers.ts";
import { describeFunction, type FunctionInfo } from "./describeFunction.ts";
import { createDrain } from "./drain.ts";
import { hostedFunction, isEnabled } from "./functions.ts";
import { createFunctionsCore } from "./functionsCore.ts";
import { hostId } from "./hostId.ts";
import { readHostJson } from "./hostJson.ts";
import { startHttp } from "./http/startHttp.ts";
import { createInvoker } from "./invoke.ts";
import { createListenerGroup } from "./listenerGroup.ts";
import { createLog, type LogLevel, type LogSink } from "./log.ts";
import { prepareListeners } from "./prepareListeners.ts";
import { createDeliveries } from "./serviceBus/deliveries.ts";
import { startSettlementService } from "./serviceBus/settlementService.ts";
import { applySettings, readLocalSettings, type Settings } from "./settings.ts";
import { startApp } from "./startApp.ts";
import { stopInOrder } from "./stopInOrder.ts";

export type HostOptions = {
  /** The directory with host.json and the package.json whose `main` names the built app. */
  readonly appDirectory: string;
  /** 0 takes a free port; absent: `Host.LocalHttpPort` of local.settings.json, else 7071. */
  readonly port?: number;
  /** Every request may do everything, as with `func start`. */
  readonly noAuth?: boolean;
  readonly keys: { readonly master: string; readonly function: string };
  /** App settings that win over local.settings.json and the environment. */
  readonly settings?: Settings;
  /** Only these functions; all when absent or empty. */
  readonly functions?: readonly string[];
  /** Replaces the default level of host.json. */
  readonly logLevel?: LogLevel;
  /** Where log lines go; standard output when absent. */
  readonly log?: LogSink;
  /** How long stopping waits for invocations in flight. */
  readonly stopLimitMs?: number;
};

export type HostInfo = {
  readonly port: number;
  readonly url: string;
  readonly functions: readonly FunctionInfo[];
};

export type RunningHost = { readonly info: HostInfo; readonly stop: () => Promise<void> };

const defaults = { port: 7071, stopLimitMs: 8_000 };

/**
 * A Functions host in this process: loads the built app through the real @azure/functions and drives its
 * triggers. HTTP is up when this resolves; brokers and storage are connected in the background, for as
 * long as it takes. Rejects with a StartUpError where app or settings are wrong. One host a process: the
 * library keeps its host for good, and settings are the process's environment.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { appDirectory, keys, noAuth = false, stopLimitMs = defaults.stopLimitMs } = options;
  const [file, hostJson] = await Promise.all([
    readLocalSettings(appDirectory),
    readHostJson(appDirectory),
  ]);
  const settings = applySettings(process.env, file, options.settings ?? {});
  const { logLevel, log: sink = toStandardOutput } = options;
  const levels = logLevel === undefined ? {} : { default: logLevel };
  const log = createLog(sink, { ...hostJson.logLevels, ...levels }, Date.now);

  const deliveries = createDeliveries();
  const settlement = await startSettlementService(deliveries);
  const firstArgument = process.argv.length;
  process.argv.push(...settlement.workerArguments);
  const core = createFunctionsCore(log);
  const uninstall = core.install();
  const cleanUp = async () => {
    uninstall();
    process.argv.splice(firstArgument, settlement.workerArguments.length);
    await settlement.close();
  };

  try {
    const appHookData = {};
    const { model, libraryServer } = await startApp(core, appDirectory, appHookData);
    const functions = core
      .functions()
      .filter(({ metadata }) => isEnabled(metadata.name, settings, options.functions))
      .map((registered) => hostedFunction(registered, settings));
    const storage = checkTriggers(functions, settings, log);

    for (const path of hostJson.ignored)
      log("warning", "Host", `host.json: ${path} has no effect here`);

    const { functionTimeoutMs: timeoutMs, routePrefix } = hostJson;
    const invoker = createInvoker({ core, model, log, appHookData, timeoutMs });
    const { invoke, inFlight } = invoker;
    const id = hostId(appDirectory, settings);
    const listeners = createListenerGroup(
      prepareListeners({
        functions,
        hostJson,
        storage,
        hostId: id,
        deliveries,
        settings,
        invoke,
        log,
      }),
    );
    const http = await startHttp({
      port: options.port ?? file.httpPort ?? defaults.port,
      functions,
      routePrefix,
      limits: hostJson.http,
      hostId: id,
      drain: createDrain(listeners, inFlight),
      keys,
      noAuth,
      libraryServer,
      invoke,
      log,
    });
    await listeners.start().catch(async (error: unknown) => {
      http.cut();
      await http.close();
      throw error;
    });
    const { port } = http;
    for (const { name, trigger } of functions)
      log("information", "Host", `${name}: ${trigger.type}`);
    return {
      info: {
        port,
        url: `http://127.0.0.1:${port}`,
        functions: functions.map((fn) => describeFunction(fn, routePrefix)),
      },
      stop: async () => {
        await stopInOrder({ http, listeners }, invoker, log, stopLimitMs);
        await core.runHooks("appTerminate", { hookData: {}, appHookData });
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}

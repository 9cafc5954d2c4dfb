import type { FunctionsCore, ProgrammingModel } from "./functionsCore.ts";
import { loadApp } from "./loadApp.ts";
import { StartUpError } from "./startUpError.ts";

export type StartedApp = {
  readonly model: ProgrammingModel;
  /** Where the library takes raw requests, if the app asked for streams. */
  readonly libraryServer: string | undefined;
};

/** What a worker of Microsoft's says it can do; the library adds its own. */
const workerCapabilities = {
  RawHttpBodyBytes: "true",
  RpcHttpTriggerMetadataRemoved: "true",
  RpcHttpBodyOnly: "true",
  IgnoreEmptyValuedRpcHttpHeaders: "true",
  UseNullableValueDictionaryForHttp: "true",
  WorkerStatus: "true",
  TypedDataCollection: "true",
  HandlesWorkerTerminateMessage: "true",
} as const;

/**
 * Loads the app and ends its start-up phase: after the appStart hooks nothing can be registered any more.
 * An app that registers nothing throws; most often it has a second copy of the library.
 */
export async function startApp(
  core: FunctionsCore,
  functionAppDirectory: string,
  appHookData: object,
): Promise<StartedApp> {
  await loadApp(functionAppDirectory);
  await core.runHooks("appStart", { functionAppDirectory, hookData: {}, appHookData });
  const model = core.model();
  if (model === undefined) throw new StartUpError("No functions found: the app registers none.");
  const capabilities = await model.getCapabilities({ ...workerCapabilities });
  core.lock();
  return { model, libraryServer: capabilities["HttpUri"] };
}

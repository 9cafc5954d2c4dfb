import { Module } from "node:module";
import type { Log, LogLevel } from "./log.ts";
import type { HttpData, TriggerMetadata, TypedData } from "./typedData.ts";

/** One binding of a function: all options of the trigger verbatim, besides type and direction. */
export type Binding = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly direction: "in" | "out";
};

export type RetryOptions = {
  readonly retryStrategy: "fixedDelay" | "exponentialBackoff";
  readonly maxRetryCount: number;
  readonly delayInterval?: { readonly seconds: number } | undefined;
  readonly minimumInterval?: { readonly seconds: number } | undefined;
  readonly maximumInterval?: { readonly seconds: number } | undefined;
};

export type FunctionMetadata = {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: RetryOptions | undefined;
};

export type FunctionCallback = (...args: unknown[]) => unknown;

export type RegisteredFunction = {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
};

/** What the library needs of one invocation; `state` tells it which phase a log call comes from. */
export type CoreContext = {
  readonly invocationId: string;
  readonly request: {
    readonly invocationId: string;
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata?: TriggerMetadata | undefined;
    readonly retryContext?: RetryContext | undefined;
    readonly traceContext?: TraceContext | undefined;
  };
  readonly metadata: FunctionMetadata;
  state: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  readonly log: (level: LogLevel, category: "user" | "system", message: string) => void;
};

export type RetryContext = {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception?: { readonly message: string; readonly source: string } | undefined;
};

export type TraceContext = {
  readonly traceParent: string;
  readonly traceState?: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type InvocationResponse = {
  readonly returnValue?: (TypedData & { readonly http?: HttpData }) | null | undefined;
};

/** The library's half of the seam; it hands this over when the app first touches `app`. */
export type ProgrammingModel = {
  readonly getInvocationModel: (context: CoreContext) => InvocationModel | Promise<InvocationModel>;
  readonly getCapabilities: (defaults: Record<string, string>) => Promise<Record<string, string>>;
};

export type InvocationModel = {
  readonly getArguments: () => Promise<{ readonly context: object; readonly inputs: unknown[] }>;
  readonly invokeFunction: (
    context: object,
    inputs: unknown[],
    callback: FunctionCallback,
  ) => Promise<unknown>;
  readonly getResponse: (context: object, result: unknown) => Promise<InvocationResponse>;
};

export const hookNames = [
  "appStart",
  "appTerminate",
  "preInvocation",
  "postInvocation",
  "log",
] as const;
export type HookName = (typeof hookNames)[number];
type HookCallback = (context: object) => unknown;

export type FunctionsCore = {
  readonly functions: () => readonly RegisteredFunction[];
  readonly model: () => ProgrammingModel | undefined;
  /** Runs the callbacks one after the other, in order of registration. */
  readonly runHooks: (name: HookName, context: object) => Promise<void>;
  readonly hasHooks: (name: HookName) => boolean;
  /** From here on nothing can be registered, as after the start of a real worker. */
  readonly lock: () => void;
  /** Makes `require("@azure/functions-core")` give this module; call before the app loads. Returns the undo. */
  readonly install: () => () => void;
};

const MODULE_NAME = "@azure/functions-core";

/**
 * The module `@azure/functions-core` that a Functions worker supplies to `@azure/functions`: it collects
 * what the app registers. The library asks for it once and remembers the answer for the life of the process.
 */
export function createFunctionsCore(log: Log): FunctionsCore {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<HookName, Set<HookCallback>>(hookNames.map((name) => [name, new Set()]));
  let model: ProgrammingModel | undefined;
  let locked = false;

  const exported = {
    version: "3.14.0",
    hostVersion: "4.1047.0",
    Disposable: CoreDisposable,
    log: (level: LogLevel, category: string, message: string) =>
      log(level, `Worker.${category}`, message),
    setProgrammingModel: (given: ProgrammingModel) => {
      model = given;
    },
    getProgrammingModel: () => model,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
      if (locked) throw systemError("A function can only be registered during app startup.");
      if (functions.has(metadata.name)) {
        throw systemError(
          `A function with id "${metadata.name}" has already been registered. Choose a unique name.`,
        );
      }
      functions.set(metadata.name, { metadata, callback });
      return new CoreDisposable(() => functions.delete(metadata.name));
    },
    registerHook: (name: string, callback: HookCallback) => {
      const registered = hooks.get(name as HookName);
      if (registered === undefined) {
        throw systemError(`Unrecognized hook "${name}"`, new RangeError());
      }
      registered.add(callback);
      return new CoreDisposable(() => registered.delete(callback));
    },
  };

  return {
    functions: () => [...functions.values()],
    model: () => model,
    hasHooks: (name) => (hooks.get(name)?.size ?? 0) > 0,
    runHooks: async (name, context) => {
      for (const callback of hooks.get(name) ?? []) await callback(context);
    },
    lock: () => {
      locked = true;
    },
    install: () => {
      // The seam of Microsoft's own worker. ES module apps reach it too: the library ships CommonJS only.
      const { prototype } = Module;
      const original: NodeJS.Module["require"] = Reflect.get(prototype, "require");
      prototype.require = function require(this: NodeJS.Module, id: string) {
        return id === MODULE_NAME ? exported : original.call(this, id);
      } as typeof original;
      return () => {
        prototype.require = original;
      };
    },
  };
}

class CoreDisposable {
  readonly #onDispose: () => unknown;
  #disposed = false;

  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#onDispose();
  }
}

/** The library tells its host's faults from the app's by this mark. */
function systemError(message: string, error: Error = new Error()): Error {
  return Object.assign(error, { message, isAzureFunctionsSystemError: true });
}

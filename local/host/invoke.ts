import { randomBytes, randomUUID } from "node:crypto";
import type { HostedFunction } from "./functions.ts";
import type {
  CoreContext,
  FunctionsCore,
  InvocationResponse,
  ProgrammingModel,
  RetryContext,
  TraceContext,
} from "./functionsCore.ts";
import type { Log } from "./log.ts";
import type { TriggerMetadata, TypedData } from "./typedData.ts";

export type Invocation = {
  readonly invocationId?: string;
  readonly input: TypedData;
  readonly triggerMetadata?: TriggerMetadata;
  readonly retryContext?: RetryContext | undefined;
  /** W3C `traceparent` of the caller; its trace goes on. */
  readonly traceParent?: string | undefined;
};

export type InvocationResult = InvocationResponse & {
  /** Whether the handler returned anything but null and undefined. */
  readonly hasResult: boolean;
};

/** Runs the function once. Rejects with what it threw, a bad answer's error, or a FunctionTimeoutError. */
export type Invoke = (fn: HostedFunction, invocation: Invocation) => Promise<InvocationResult>;

export type Invoker = {
  readonly invoke: Invoke;
  /** Invocations under way; one whose time is over is none, even if its handler runs on. */
  readonly inFlight: () => number;
  /** Resolves when nothing is in flight, or after the limit; says whether all had ended. */
  readonly idle: (limitMs: number) => Promise<boolean>;
};

export type InvokerOptions = {
  readonly core: FunctionsCore;
  readonly model: ProgrammingModel;
  readonly log: Log;
  readonly appHookData: object;
  readonly timeoutMs: number | undefined;
  readonly newId?: () => string;
};

/** The invocation took longer than host.json's functionTimeout. */
export class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
}

/**
 * Takes an invocation through the library in the order of Microsoft's worker: arguments, preInvocation
 * hooks, the handler, postInvocation hooks, the answer.
 *
 * On a timeout the real host ends the worker process with all that runs in it. Here app and host are one
 * process, so that one can debug them: the one invocation counts as failed, its handler runs on unheard.
 */
export function createInvoker(options: InvokerOptions): Invoker {
  const { log, timeoutMs, newId = randomUUID } = options;
  let inFlight = 0;
  const waiters = new Set<() => void>();

  const invoke: Invoke = async (fn, invocation) => {
    inFlight += 1;
    try {
      const work = run(options, fn, invocation, invocation.invocationId ?? newId());
      return await (timeoutMs === undefined ? work : withTimeout(fn.name, work, timeoutMs));
    } catch (error) {
      log("error", `Function.${fn.name}`, `failed: ${describe(error)}`);
      throw error;
    } finally {
      inFlight -= 1;
      if (inFlight === 0) for (const wake of waiters) wake();
    }
  };

  return {
    invoke,
    inFlight: () => inFlight,
    idle: async (limitMs) => {
      if (inFlight === 0) return true;
      let timer: NodeJS.Timeout | undefined;
      const idle = new Promise<boolean>((resolve) => waiters.add(() => resolve(true)));
      const limit = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), limitMs);
      });
      return Promise.race([idle, limit]).finally(() => clearTimeout(timer));
    },
  };
}

async function run(
  { core, model, log, appHookData }: InvokerOptions,
  fn: HostedFunction,
  invocation: Invocation,
  invocationId: string,
): Promise<InvocationResult> {
  const userCategory = `Function.${fn.name}.User`;
  const systemCategory = `Function.${fn.name}`;
  const coreContext: CoreContext = {
    invocationId,
    request: {
      invocationId,
      inputData: [{ name: fn.bindingName, data: invocation.input }],
      triggerMetadata: invocation.triggerMetadata,
      retryContext: invocation.retryContext,
      traceContext: traceContext(invocation.traceParent),
    },
    metadata: fn.metadata,
    state: undefined,
    log: (level, category, message) =>
      log(level, category === "user" ? userCategory : systemCategory, message),
  };
  const invocationModel = await model.getInvocationModel(coreContext);
  const { context, inputs } = await invocationModel.getArguments();

  const before = {
    hookData: {},
    appHookData,
    invocationContext: context,
    inputs,
    functionCallback: fn.callback,
  };
  coreContext.state = "preInvocationHooks";
  if (core.hasHooks("preInvocation")) await core.runHooks("preInvocation", before);

  const after: { result: unknown; error: unknown } & Record<string, unknown> = {
    hookData: before.hookData,
    appHookData,
    invocationContext: context,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  coreContext.state = "invocation";
  try {
    after.result = await invocationModel.invokeFunction(
      context,
      before.inputs,
      before.functionCallback,
    );
  } catch (error) {
    after.error = error;
  }
  coreContext.state = "postInvocationHooks";
  if (core.hasHooks("postInvocation")) await core.runHooks("postInvocation", after);
  coreContext.state = undefined;

  // Microsoft's worker asks `!= null`: a handler that throws undefined counts as one that succeeded.
  if (after.error !== null && after.error !== undefined) throw after.error;
  const response = await invocationModel.getResponse(context, after.result);
  return { ...response, hasResult: after.result !== null && after.result !== undefined };
}

async function withTimeout<T>(name: string, work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `Timeout value of ${limitMs} ms exceeded by function '${name}'.`;
      reject(new FunctionTimeoutError(message));
    }, limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

const TRACE_PARENT = /^00-(?<trace>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** W3C Trace Context §3.2: the caller's trace id, or a new one, with a span id of this invocation's own. */
function traceContext(parent: string | undefined): TraceContext {
  const ids = randomBytes(24).toString("hex");
  const trace = parent === undefined ? undefined : TRACE_PARENT.exec(parent)?.groups?.["trace"];
  return {
    traceParent: `00-${trace ?? ids.slice(0, 32)}-${ids.slice(32)}-00`,
    attributes: {},
  };
}

function describe(error: unknown): string {
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`;
  return String(error);
}

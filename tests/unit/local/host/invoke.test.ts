import { expect, test } from "vitest";
import type { HostedFunction } from "../../../../local/host/functions.ts";
import type {
  CoreContext,
  FunctionCallback,
  FunctionsCore,
  ProgrammingModel,
} from "../../../../local/host/functionsCore.ts";
import { createInvoker, FunctionTimeoutError } from "../../../../local/host/invoke.ts";

type HookContext = { functionCallback?: FunctionCallback; error?: unknown; result?: unknown };
type Hooks = Partial<Record<"preInvocation" | "postInvocation", (context: HookContext) => void>>;

function host(callback: FunctionCallback, hooks: Hooks = {}, timeoutMs?: number) {
  const contexts: CoreContext[] = [];
  const lines: string[] = [];
  const model: ProgrammingModel = {
    getCapabilities: async (defaults) => defaults,
    getInvocationModel: (context) => {
      contexts.push(context);
      return {
        getArguments: async () => ({ context: {}, inputs: ["input"] }),
        invokeFunction: async (_context, inputs, run) => run(...inputs),
        getResponse: async (_context, result) => ({
          returnValue: { json: JSON.stringify(result) },
        }),
      };
    },
  };
  const core = {
    hasHooks: (name: keyof Hooks) => name in hooks,
    runHooks: async (name: keyof Hooks, context: HookContext) => hooks[name]?.(context),
  } as unknown as FunctionsCore;
  const fn: HostedFunction = {
    name: "f",
    bindingName: "b",
    metadata: { name: "f", bindings: {} },
    callback,
    trigger: { type: "http", route: "f", methods: [], authLevel: "anonymous" },
  };
  const log = (level: string, category: string, text: string) =>
    void lines.push(`${level} ${category} ${text.split("\n")[0]}`);
  const invoker = createInvoker({ core, model, log, appHookData: {}, timeoutMs });
  return { ...invoker, contexts, lines, run: () => invoker.invoke(fn, { input: { string: "x" } }) };
}

test("gives the handler its input and returns its answer", async () => {
  const { run, contexts } = host((input) => `${String(input)}!`);

  expect(await run()).toEqual({ returnValue: { json: '"input!"' }, hasResult: true });
  expect(contexts[0]?.request.inputData).toEqual([{ name: "b", data: { string: "x" } }]);
});

test("hooks may replace handler, result and error", async () => {
  const replaced = host(() => "original", {
    preInvocation: (context) => {
      context.functionCallback = () => "replaced";
    },
  });
  const forgiven = host(
    () => {
      throw new Error("on purpose");
    },
    {
      postInvocation: (context) => {
        context.error = null;
        context.result = "forgiven";
      },
    },
  );

  expect(await replaced.run()).toMatchObject({ returnValue: { json: '"replaced"' } });
  expect(await forgiven.run()).toMatchObject({ returnValue: { json: '"forgiven"' } });
});

test("a throw rejects and is logged once; throwing undefined counts as success", async () => {
  const failing = host(() => {
    throw new Error("on purpose");
  });
  const odd = host(() => {
    // oxlint-disable-next-line no-throw-literal -- what a careless handler may do
    throw undefined;
  });

  await expect(failing.run()).rejects.toThrow("on purpose");
  expect(failing.lines).toEqual(["error Function.f failed: Error: on purpose"]);
  expect(await odd.run()).toMatchObject({ hasResult: false });
});

test("an invocation whose time is over has failed and holds up no stop", async () => {
  const { run, idle } = host(() => new Promise(() => {}), {}, 1);

  await expect(run()).rejects.toThrow(FunctionTimeoutError);

  expect(await idle(0)).toBe(true);
});

test("idle waits for what is in flight, up to its limit", async () => {
  const gate = Promise.withResolvers<void>();
  const { run, idle, inFlight } = host(() => gate.promise);
  const running = run();

  expect(inFlight()).toBe(1);
  expect(await idle(1)).toBe(false);
  const ended = idle(1_000);
  gate.resolve();
  await running;
  expect(await ended).toBe(true);
});

test("a caller's trace goes on under a new span", async () => {
  const { invoke, contexts } = host(() => undefined);
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const fn = { name: "f", metadata: {}, callback: () => undefined } as unknown as HostedFunction;

  await invoke(fn, { input: {}, traceParent: `00-${trace}-00f067aa0ba902b7-01` });

  const parent = contexts[0]?.request.traceContext?.traceParent;
  expect(parent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
  expect(parent).not.toContain("00f067aa0ba902b7");
});

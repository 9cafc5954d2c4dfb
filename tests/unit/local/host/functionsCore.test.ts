import { createRequire } from "node:module";
import { expect, test } from "vitest";
import {
  createFunctionsCore,
  type FunctionMetadata,
} from "../../../../local/host/functionsCore.ts";

type Exported = {
  readonly registerFunction: (
    metadata: FunctionMetadata,
    callback: () => void,
  ) => { dispose: () => void };
  readonly registerHook: (
    name: string,
    callback: (context: object) => void,
  ) => { dispose: () => void };
};

/** No package of that name exists, so no tool should look for it. */
const CORE = ["@azure", "functions-core"].join("/");

const metadata = { name: "f", bindings: {} };
const nothing = () => undefined;

function installed() {
  const core = createFunctionsCore(nothing);
  const uninstall = core.install();
  const require = createRequire(import.meta.url);
  const load = () => require(CORE) as Exported;
  return { core, uninstall, load };
}

test("is what an app gets for @azure/functions-core, until it is taken away", () => {
  const { uninstall, load } = installed();
  const { registerFunction } = load();
  uninstall();

  expect(registerFunction).toBeTypeOf("function");
  expect(load).toThrow("@azure/functions-core");
});

test("keeps each function once, and none after start-up", () => {
  const { core, uninstall, load } = installed();
  const { registerFunction } = load();
  uninstall();
  const registration = registerFunction(metadata, nothing);

  expect(core.functions()).toEqual([{ metadata, callback: nothing }]);
  expect(() => registerFunction(metadata, nothing)).toThrow('"f" has already been registered');
  registration.dispose();
  expect(core.functions()).toEqual([]);
  core.lock();
  expect(() => registerFunction(metadata, nothing)).toThrow(
    "only be registered during app startup",
  );
});

test("runs hooks in order, and refuses one that it does not know as the library expects", async () => {
  const { core, uninstall, load } = installed();
  const { registerHook } = load();
  uninstall();
  const calls: string[] = [];
  registerHook("appStart", () => calls.push("first"));
  const second = registerHook("appStart", () => calls.push("second"));

  await core.runHooks("appStart", {});
  second.dispose();
  await core.runHooks("appStart", {});

  expect(calls).toEqual(["first", "second", "first"]);
  expect(() => registerHook("unknown", nothing)).toThrow(
    expect.objectContaining({ name: "RangeError", isAzureFunctionsSystemError: true }),
  );
});

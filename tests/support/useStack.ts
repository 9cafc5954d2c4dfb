import { afterAll, beforeAll } from "vitest";
import { type Stack, type StackOptions, startStack } from "../../local/stack.ts";
import { createWorld, type World } from "../../local/story/world.ts";

/** One stack on free ports for all tests of a file; read it inside tests only. */
export function useStack(options: StackOptions = {}): {
  readonly world: World;
  readonly stack: Stack;
} {
  const holder: { stack?: Stack; world?: World } = {};
  beforeAll(async () => {
    holder.stack = await startStack(options);
    holder.world = createWorld(holder.stack);
  });
  afterAll(async () => {
    await holder.stack?.stop();
  });
  const get = <K extends keyof typeof holder>(name: K) => {
    const value = holder[name];
    if (value === undefined) throw new Error("the stack is up inside tests only");
    return value;
  };
  return {
    get stack() {
      return get("stack");
    },
    get world() {
      return get("world");
    },
  };
}

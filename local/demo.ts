import { startStack } from "./stack.ts";
import { story } from "./story/story.ts";
import { retrySettings } from "./story/warehouseOffline.ts";
import { createWorld } from "./story/world.ts";

/** `npm run demo`: plays the story on a fresh stack of its own; exit code 0 only if every act held. */
async function demo(): Promise<boolean> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const log: string[] = [];

  const stack = await startStack({
    settings: retrySettings,
    log: (process, line) => void log.push(`${process}: ${line}`),
  });
  print(`Azurite, broker, stand-ins and host are up after ${seconds()}.\n`);
  try {
    const world = createWorld(stack);
    for (const [index, { title, play }] of story.entries()) {
      print(`${index + 1}. ${title}`);
      print(`   held: ${await play(world)}`);
    }
    print(`\nEvery act held, in ${seconds()}.`);
    return true;
  } catch (error) {
    print(`   DID NOT HOLD: ${(error as Error).message}`);
    print(["", "The last lines of the stack's log:", ...log.slice(-40)].join("\n"));
    return false;
  } finally {
    await stack.stop();
  }
}

try {
  process.exitCode = (await demo()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

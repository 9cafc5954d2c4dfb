import { creditChecks } from "../story/creditChecks.ts";
import { poisonMessage } from "../story/poisonMessage.ts";
import { shipped } from "../story/shipped.ts";
import { createWorld, type Outside } from "../story/world.ts";

/** A tool that the smoke test needs is not on this machine: nothing was tested, and that is no success. */
export class MissingTool extends Error {
  override readonly name = "MissingTool";
}

const acts = [creditChecks.approved, creditChecks.declined, shipped, poisonMessage];

/** The acts of the story that need nothing of our own broker and host; throws at the first that does not hold. */
export async function play(outside: Outside, print: (line: string) => void): Promise<void> {
  const world = createWorld(outside);
  for (const act of acts) {
    print(act.title);
    print(`   held: ${await act.play(world)}`);
  }
}

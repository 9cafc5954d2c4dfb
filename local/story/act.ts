import type { World } from "./world.ts";

/** One act: returns what was seen, in a sentence; throws when it is not what must be. */
export type Act = { readonly title: string; readonly play: (world: World) => Promise<string> };

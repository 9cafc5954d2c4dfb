import type { Column } from "./executor.ts";
import { openOurs } from "./ours/openOurs.ts";
import { openCache } from "./powertools/openCache.ts";
import { openDynamo } from "./powertools/openDynamo.ts";

/** Ours first. Each starts what it needs; one at a time, as some of them hold the machine's clock. */
export const columns: readonly (() => Promise<Column>)[] = [
  openOurs,
  () => openDynamo("function"),
  () => openDynamo("middleware"),
  () => openCache("function"),
  () => openCache("middleware"),
];

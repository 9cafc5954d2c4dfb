import type { Call } from "../../service/call.ts";
import type { KeyedLock } from "../pipeline/keyedLock.ts";
import type { Saved, SaveRequest } from "../pipeline/saves.ts";
import type { Table } from "../schema/table.ts";
import type { Store } from "../store.ts";

/** What the operations of the Web API work on. */
export type WebApi = {
  readonly store: Store;
  readonly save: (request: SaveRequest) => Promise<Saved>;
  readonly lock: KeyedLock;
  readonly newId: () => string;
  readonly removed: (table: Table, id: string) => void;
};

/** A call on a table; `root` is the absolute service root, with a slash at its end. */
export type TableCall = { readonly call: Call; readonly table: Table; readonly root: string };

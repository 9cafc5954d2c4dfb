import type { Memories, Memory } from "../memory/memory.ts";
import type { Time } from "../time.ts";
import type { Handle } from "./call.ts";
import { createHttpService, type HttpService } from "./httpService.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import type { Refusal, Reply } from "./reply.ts";

/** What a stand-in is; thrown away and made anew by a reset. */
export type Content = { readonly handle: Handle; readonly close?: () => void };

export type StandIn<State extends Content> = {
  readonly service: HttpService;
  readonly state: () => State;
  readonly ledger: () => Ledger;
  /** As at the very first start: memory and ledger empty, up, behaving well. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type StandInOptions<State extends Content> = {
  readonly name: string;
  readonly time: Time;
  readonly memories: Memories;
  /** Called at start and by a reset, then with a memory that is empty. */
  readonly create: (ledger: () => Ledger, memory: Memory) => State;
  readonly renderRefusal?: (refusal: Refusal) => Reply;
};

/** A service and what it remembers: going down and coming back loses none of it, a reset all. */
export function createStandIn<State extends Content>({
  name,
  time,
  memories,
  create,
  renderRefusal,
}: StandInOptions<State>): StandIn<State> {
  const memory = memories.of(name);
  const begin = () => createLedger(memory.mapNamed("effects"));
  let ledger = begin();
  const current = () => ledger;
  let state = create(current, memory);
  const service = createHttpService({
    name,
    time,
    memories,
    ledger: current,
    handle: (call) => state.handle(call),
    ...(renderRefusal && { renderRefusal }),
  });
  return {
    service,
    state: () => state,
    ledger: current,
    reset: async () => {
      await service.down(); // what is under way must not reach the new state
      state.close?.();
      memory.clear();
      ledger = begin();
      state = create(current, memory);
      service.behaviour.set({ mode: "ok" });
      await service.up();
    },
    stop: async () => {
      state.close?.();
      await service.down();
    },
  };
}

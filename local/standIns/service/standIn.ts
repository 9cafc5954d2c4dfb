import type { Time } from "../time.ts";
import type { Handle } from "./call.ts";
import { createHttpService, type HttpService } from "./httpService.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import type { Refusal, Reply } from "./reply.ts";

/** What a stand-in knows; thrown away and made anew by a reset. */
export type Content = { readonly handle: Handle; readonly close?: () => void };

export type StandIn<State extends Content> = {
  readonly service: HttpService;
  readonly state: () => State;
  readonly ledger: () => Ledger;
  /** As at start: memory and ledger empty, up, behaving well. */
  readonly reset: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type StandInOptions<State extends Content> = {
  readonly name: string;
  readonly time: Time;
  readonly create: (ledger: () => Ledger) => State;
  readonly renderRefusal?: (refusal: Refusal) => Reply;
};

/** A service and its state in memory: going down and coming back loses none of it, a reset all. */
export function createStandIn<State extends Content>({
  name,
  time,
  create,
  renderRefusal,
}: StandInOptions<State>): StandIn<State> {
  let ledger = createLedger();
  const current = () => ledger;
  let state = create(current);
  const service = createHttpService({
    name,
    time,
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
      ledger = createLedger();
      state = create(current);
      service.behaviour.set({ mode: "ok" });
      await service.up();
    },
    stop: async () => {
      state.close?.();
      await service.down();
    },
  };
}

import { z } from "zod";
import type { KeyedStandIns } from "../keyed/keyedStandIns.ts";
import { Amount } from "../keyed/payloads.ts";
import { Behaviour } from "../service/behaviour.ts";
import type { Content, StandIn } from "../service/standIn.ts";
import { ControlError, type Route } from "./route.ts";

const Amounts = z.record(z.string().min(1), Amount);

type AnyStandIn = StandIn<Content>;

/** What can be done to each service, and read of it. */
export function serviceRoutes(all: readonly AnyStandIn[]): Route[] {
  const named = (name: string): AnyStandIn => {
    const found = all.find(({ service }) => service.name === name);
    if (found === undefined) throw new ControlError(404, `no service ${name}`);
    return found;
  };
  return [
    {
      method: "GET",
      path: "/services",
      about: "every service with its state",
      run: () => all.map(({ service }) => describe(service)),
    },
    {
      method: "POST",
      path: "/services/:name/down",
      about: "close its socket and cut its calls in flight",
      run: async ({ parameter }) => {
        const { service } = named(parameter("name"));
        await service.down();
        return describe(service);
      },
    },
    {
      method: "POST",
      path: "/services/:name/up",
      about: "bring it back on the same port",
      run: async ({ parameter }) => {
        const { service } = named(parameter("name"));
        await service.up();
        return describe(service);
      },
    },
    {
      method: "PUT",
      path: "/services/:name/behaviour",
      about: '{ mode: "ok" | "slow" | "failing" | "throttling" | "hanging" | "losing", … }',
      run: ({ parameter, body }) => {
        const { service } = named(parameter("name"));
        service.behaviour.set(body(Behaviour));
        return describe(service);
      },
    },
    {
      method: "GET",
      path: "/services/:name/ledger",
      about: "its effects and the calls it saw",
      run: ({ parameter }) => named(parameter("name")).ledger().read(),
    },
    {
      method: "POST",
      path: "/reset",
      about: "everything as at start",
      run: async () => {
        await Promise.all(all.map((standIn) => standIn.reset()));
      },
    },
  ];
}

function describe({ name, url, isUp, behaviour }: AnyStandIn["service"]) {
  return { name, url: url(), up: isUp(), behaviour: behaviour.get() };
}

/** What only inventory and credit bureau can be told. */
export function keyedRoutes({ inventory, creditBureau }: KeyedStandIns): Route[] {
  return [
    {
      method: "GET",
      path: "/services/inventory/stock",
      about: "what is left, by SKU",
      run: () => inventory.state().stock(),
    },
    {
      method: "PUT",
      path: "/services/inventory/stock",
      about: '{ [sku]: "quantity" }',
      run: ({ body }) => inventory.state().setStock(body(Amounts)),
    },
    {
      method: "PUT",
      path: "/services/credit-bureau/limits",
      about: '{ [accountId]: "amount" }',
      run: ({ body }) => creditBureau.state().setLimits(body(Amounts)),
    },
  ];
}

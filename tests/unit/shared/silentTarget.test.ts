import { expect, it } from "vitest";
import { asAttempt, lineageOf } from "../../../shared/adapters/messageDelivery.ts";
import { createMessageSettler } from "../../../shared/adapters/messageSettler.ts";
import type { OutgoingMessage } from "../../../shared/adapters/serviceBusSender.ts";
import { RetryableError } from "../../../shared/errors.ts";
import { createFleetBreakers } from "../../../shared/patterns/fleetBreakers.ts";
import { createReconciliation } from "../../../shared/patterns/reconciliation.ts";
import { anEvent, keyOf, ORDER } from "../../support/anOrder.ts";
import { createMemoryBreakerStore } from "../../support/memoryBreakerStore.ts";
import { createMemoryUncertainStore } from "../../support/memoryUncertainStore.ts";
import { createOrderWorld } from "../../support/orderWorld.ts";
import { recordingContext } from "../../support/recordingContext.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const limits = {
  baseDelayMs: 1_000,
  maxDelayMs: 5 * MINUTE_MS,
  maxAttempts: 2,
  parkDelayMs: 5_000,
  parkMaxAgeMs: 72 * HOUR_MS,
  reconcileMaxAgeMs: 24 * HOUR_MS,
};

const key = `${keyOf()}:reserve`;
const uncertain = { target: "inventory", path: `/reservations/${key}`, key };
const noAnswer = new RetryableError("inventory", "no answer", { uncertain });
const turnedAway = new RetryableError("inventory", "answered 429");

/** An order, its queue and its timer, in front of an inventory behind a breaker; `run` lets a minute pass. */
function anInventory() {
  const world = createOrderWorld();
  const { clock } = world;
  const store = createMemoryUncertainStore();
  const queue: { readonly message: OutgoingMessage; readonly at: number }[] = [];
  const deadLetters: { readonly reason: string; readonly at: number }[] = [];
  const inventory = {
    /** What the reservation meets before or after it has taken effect. */
    fate: (_moment: string): Error | undefined => undefined,
    /** What other orders' reservations meet meanwhile. */
    others: [] as readonly Error[],
    asked: 0,
  };
  const startedAt = clock.now();
  let ids = 0;
  const breakers = createFleetBreakers({
    store: createMemoryBreakerStore(),
    clock,
    newId: () => String(++ids),
    limits: { failures: 3, openMs: 5_000, maxOpenMs: 60_000, probes: 1, probeMs: 15_000 },
    isOutage: (error) => error instanceof RetryableError,
  });
  const call = (failure: Error | undefined) =>
    breakers.run("inventory", async () => {
      if (failure !== undefined) throw failure;
    });
  world.interfere = async (point) => {
    if (point.endsWith(" reserve")) await call(inventory.fate(point));
  };

  const settle = createMessageSettler({
    sender: {
      send: async () => undefined,
      schedule: async (message, at) => void queue.push({ message, at }),
    },
    deadLetter: async (_token, reason) =>
      void deadLetters.push({ reason, at: clock.now() - startedAt }),
    keepUncertain: async (call, message) => {
      const since = lineageOf(message.applicationProperties ?? {})?.uncertain?.since ?? clock.now();
      await store.keep({ queue: "orders", call, message, since });
    },
    limits,
    clock,
    random: () => 0.5,
  });
  const handle = settle(async (_body, _context, delivery) => {
    await world.process(anEvent(), delivery);
  });
  const accept = async (message: OutgoingMessage) => {
    const { applicationProperties } = message;
    const metadata = { messageId: message.messageId, lockToken: "lock", applicationProperties };
    await handle(message.body, recordingContext(metadata).context);
  };
  const reconcile = createReconciliation<OutgoingMessage>({
    store,
    async had({ key }) {
      inventory.asked++;
      if (inventory.others.length > 0) throw noAnswer;
      return world.inventory.effects.has(key);
    },
    send: (_queue, message) => accept(message),
    sendLast: (_queue, message) => accept(asAttempt(message, limits.maxAttempts)),
    clock,
    maxAgeMs: limits.reconcileMaxAgeMs,
  });

  return Object.assign(inventory, {
    world,
    deadLetters,
    accept,
    run: async () => {
      clock.advance(MINUTE_MS);
      const due = queue.filter(({ at }) => at <= clock.now());
      for (const one of due) {
        queue.splice(queue.indexOf(one), 1);
        await accept(one.message);
      }
      for (const failure of inventory.others) await call(failure).catch(() => undefined);
      await reconcile();
    },
  });
}

it("makes the order of a target that is silent for a day a dead letter then, and frees it, breaker open or not", async () => {
  const inventory = anInventory();
  const { world, deadLetters } = inventory;
  inventory.fate = () => noAnswer;
  inventory.others = [noAnswer, noAnswer, noAnswer];
  await inventory.accept({ body: Buffer.from("{}"), messageId: "m" });

  for (let minute = 0; minute < 25 * 60; minute++) await inventory.run();

  expect(deadLetters).toMatchObject([{ reason: "outcome-unknown" }]);
  expect(deadLetters[0]?.at).toBeLessThan(24 * HOUR_MS + 10 * MINUTE_MS);
  expect((await world.store.load(ORDER, "")).found?.lease).toBeUndefined();
  expect(await world.view()).toMatchObject({ reason: "outcome-unknown" });
});

it("asks what became of a reservation that got no answer once, though the last attempt was turned away", async () => {
  const inventory = anInventory();
  const { world, deadLetters } = inventory;
  inventory.fate = (moment) => (moment === "after reserve" ? noAnswer : undefined);
  await inventory.accept({ body: Buffer.from("{}"), messageId: "m" });
  inventory.fate = () => turnedAway;

  await inventory.run();
  inventory.fate = () => undefined;
  await inventory.run();

  expect({ asked: inventory.asked, deadLetters }).toEqual({ asked: 1, deadLetters: [] });
  expect(world.outcomes()).toEqual(["approved"]);
});

it("gives an order up whose call was answered after all, and does not ask what became of it", async () => {
  const inventory = anInventory();
  const { world, deadLetters } = inventory;
  inventory.fate = (moment) => (moment === "after reserve" ? noAnswer : undefined);
  await inventory.accept({ body: Buffer.from("{}"), messageId: "m" });
  const { interfere } = world;
  world.interfere = async (point) => {
    await interfere(point);
    if (point === "before writeBack") throw new RetryableError("dataverse", "answered 503");
  };
  inventory.fate = () => undefined;

  await inventory.run();

  expect({ asked: inventory.asked, deadLetters }).toMatchObject({
    asked: 0,
    deadLetters: [{ reason: "attempts-exhausted" }],
  });
});

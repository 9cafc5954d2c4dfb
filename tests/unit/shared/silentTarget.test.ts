import { expect, it } from "vitest";
import { asAttempt } from "../../../shared/adapters/messageDelivery.ts";
import { createMessageSettler } from "../../../shared/adapters/messageSettler.ts";
import type { OutgoingMessage } from "../../../shared/adapters/serviceBusSender.ts";
import { RetryableError } from "../../../shared/errors.ts";
import { createFleetBreakers } from "../../../shared/patterns/fleetBreakers.ts";
import { createReconciliation } from "../../../shared/patterns/reconciliation.ts";
import { anEvent, ORDER } from "../../support/anOrder.ts";
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

/** An order, its queue and its timer, in front of an inventory that never answers; `run` lets a minute pass. */
function aSilentInventory() {
  const world = createOrderWorld();
  const { clock } = world;
  const store = createMemoryUncertainStore();
  const queue: { readonly message: OutgoingMessage; readonly at: number }[] = [];
  const deadLetters: { readonly reason: string; readonly at: number }[] = [];
  const startedAt = clock.now();
  let ids = 0;
  const breakers = createFleetBreakers({
    store: createMemoryBreakerStore(),
    clock,
    newId: () => String(++ids),
    limits: { failures: 3, openMs: 5_000, maxOpenMs: 60_000, probes: 1, probeMs: 15_000 },
    isOutage: (error) => error instanceof RetryableError,
  });
  const uncertain = { target: "inventory", path: "/reservations/a" };
  const call = () =>
    breakers.run("inventory", () =>
      Promise.reject(new RetryableError("inventory", "no answer", { uncertain })),
    );
  world.interfere = (point) => (point === "before reserve" ? call() : undefined);

  const settle = createMessageSettler({
    sender: {
      send: async () => undefined,
      schedule: async (message, at) => void queue.push({ message, at }),
    },
    deadLetter: async (_token, reason) =>
      void deadLetters.push({ reason, at: clock.now() - startedAt }),
    keepUncertain: (call, message) =>
      store.keep({ queue: "orders", call, message, since: clock.now() }),
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
    had: call,
    send: (_queue, message) => accept(message),
    sendLast: (_queue, message) => accept(asAttempt(message, limits.maxAttempts)),
    clock,
    maxAgeMs: limits.reconcileMaxAgeMs,
  });

  return {
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
      for (let other = 0; other < 3; other++) await call().catch(() => undefined);
      await reconcile();
    },
  };
}

it("makes the order of a target that is silent for a day a dead letter then, and frees it, breaker open or not", async () => {
  const { world, deadLetters, accept, run } = aSilentInventory();
  await accept({ body: Buffer.from("{}"), messageId: "m" });

  for (let minute = 0; minute < 25 * 60; minute++) await run();

  expect(deadLetters).toMatchObject([{ reason: "outcome-unknown" }]);
  expect(deadLetters[0]?.at).toBeLessThan(24 * HOUR_MS + 10 * MINUTE_MS);
  expect((await world.store.load(ORDER, "")).found?.lease).toBeUndefined();
  expect(await world.view()).toMatchObject({ reason: "outcome-unknown" });
});

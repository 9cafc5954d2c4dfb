import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../../shared/domain/orderEvent.ts";
import { ParkError } from "../../../../shared/errors.ts";
import { ORDER } from "../../../support/anOrder.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { createInterleaving } from "../../../support/interleaving.ts";
import type { KeyedTarget } from "../../../support/keyedTarget.ts";
import { createOrderWorld, LEASE_MS, type OrderWorld } from "../../../support/orderWorld.ts";
import { randomFrom } from "../../../support/randomFrom.ts";
import { aSave, createSavedOrder, saveOf } from "../../../support/savedOrder.ts";

const aHistory = fc.record({
  saves: fc.array(fc.tuple(aSave, /* deliveries of its event */ fc.integer({ min: 1, max: 2 })), {
    minLength: 1,
    maxLength: 6,
  }),
  seed: fc.integer(),
  inStock: fc.boolean(),
  /** Chance of a worker to die at any point. */
  mortality: fc.constantFrom(0, 0.03, 0.1),
});

type History = typeof aHistory extends fc.Arbitrary<infer Value> ? Value : never;

/** A user saves the order again and again, while workers process its events as fast or slowly as chance has it. */
async function play({ saves, seed, inStock, mortality }: History) {
  const random = randomFrom(seed);
  const { start, turn, die, run } = createInterleaving(random);
  const order = createSavedOrder();
  const world = createOrderWorld();
  world.inStock = inStock;
  world.row = order.row;
  world.interfere = async () => {
    await turn();
    if (random() < mortality) die();
  };

  const work = (event: OrderEvent, seenBefore: boolean) => async () => {
    for (let repeated = seenBefore; ; repeated = true) {
      try {
        await world.process(event, { repeated });
        return;
      } catch (error) {
        if (!(error instanceof ParkError)) break;
      }
      const alive = await turn().then(
        () => true,
        () => false,
      );
      if (!alive) break;
    }
    world.clock.advance(LEASE_MS);
    start(work(event, true));
  };

  start(async () => {
    for (const [save, copies] of saves) {
      await turn();
      const event = order.save(save, world.clock.now());
      world.row = order.row;
      if (event === undefined) continue;
      for (let copy = 0; copy < copies; copy++) start(work(event, false));
    }
  });
  await run();
  return { world, order };
}

/** Submissions for which a step was taken that another one has not taken back since. */
function standing(
  { effects }: Pick<KeyedTarget, "effects">,
  step: string,
  undone: string,
): string[] {
  const inOrder = [...effects.keys()];
  const at = (submission: string, name: string) => inOrder.indexOf(`${submission}:${name}`);
  return [...effects]
    .filter(([key, { answer }]) => key.endsWith(`:${step}`) && !isShort(answer))
    .map(([key]) => key.slice(0, -step.length - 1))
    .filter((submission) => at(submission, undone) < at(submission, step));
}

function isShort(answer: unknown): boolean {
  return (answer as { outcome?: string }).outcome === "short";
}

/** What is left of the order here and in the outside systems, and what its commands were. */
async function leftOf({ store, inventory, procurement, commands, results }: OrderWorld) {
  const { found } = await store.load(ORDER, "");
  const submission = found?.state.standing;
  const approved = [...results.values()].filter(({ outcome }) => outcome !== "withdrawn");
  return {
    held: found?.lease !== undefined,
    here: submission?.key,
    reserved: standing(inventory, "reserve", "release"),
    requested: standing(procurement, "requestProcurement", "cancelProcurement"),
    approved: approved.map(({ submission }) => submission),
    commands: commands(),
    content: submission === undefined ? Number.POSITIVE_INFINITY : saveOf(submission),
  };
}

describe("an order whose saves and events interleave at will", () => {
  it(
    "ends as its last save left it, with one effect a key and commands in sequence",
    unhurried,
    () =>
      everyHistory(
        fc.asyncProperty(aHistory, async (history) => {
          const { world, order } = await play(history);

          const left = await leftOf(world);

          const live = left.here === undefined ? [] : [left.here];
          const { length } = left.commands;
          expect(live).toHaveLength(order.submitted ? 1 : 0);
          expect(left).toMatchObject({
            held: false,
            approved: live,
            reserved: history.inStock ? live : [],
            requested: history.inStock ? [] : live,
            commands: Array.from({ length }, (_, index) =>
              index % 2 === 0 ? `${index + 1} requestShipment` : `${index + 1} cancelShipment`,
            ),
          });
          expect(length % 2).toBe(order.submitted && history.inStock ? 1 : 0);
          expect(left.content).toBeGreaterThanOrEqual(order.newest);
        }),
        { cost: 20 },
      ),
  );
});

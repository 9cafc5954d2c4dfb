import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../../shared/domain/orderEvent.ts";
import { ParkError } from "../../../../shared/errors.ts";
import {
  aContent,
  anEvent,
  anUnprovenEvent,
  aRow,
  ORDER,
  SAVED_AT,
} from "../../../support/anOrder.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";
import { createInterleaving } from "../../../support/interleaving.ts";
import type { KeyedTarget } from "../../../support/keyedTarget.ts";
import { createOrderWorld, LEASE_MS, type OrderWorld } from "../../../support/orderWorld.ts";
import { randomFrom } from "../../../support/randomFrom.ts";

/** A save of the order, and what of it Dataverse tells us. */
type Save = {
  /** Since the save before; 0 is within the same second. */
  readonly seconds: number;
  readonly kind: "transition" | "edit";
  readonly proven: boolean;
  /** In the correlation of the save before. Within one second such saves are one to us. */
  readonly correlated: boolean;
  /** Deliveries of its event. */
  readonly copies: number;
};

const aSave: fc.Arbitrary<Save> = fc.record({
  seconds: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom("transition", "transition", "edit"),
  proven: fc.boolean(),
  correlated: fc.boolean(),
  copies: fc.integer({ min: 1, max: 2 }),
});

const aHistory = fc.record({
  saves: fc.array(aSave, { minLength: 1, maxLength: 6 }),
  seed: fc.integer(),
  inStock: fc.boolean(),
  /** Chance of a worker to die at any point. */
  mortality: fc.constantFrom(0, 0.03, 0.1),
});

type History = typeof aHistory extends fc.Arbitrary<infer Value> ? Value : never;

type Story = {
  readonly world: OrderWorld;
  /** How the last save left the row. */
  readonly submitted: boolean;
  /** Number of the save that last submitted the order, where that is proven: an older content must not stand. */
  readonly newest: number;
};

/** A user saves the order again and again, while workers process its events as fast or slowly as chance has it. */
async function play({ saves, seed, inStock, mortality }: History): Promise<Story> {
  const random = randomFrom(seed);
  const { start, turn, die, run } = createInterleaving(random);
  const world = createOrderWorld();
  world.inStock = inStock;
  world.row = aRow({ phase: "other" });
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

  let submitted = false;
  let newest = 0;
  start(async () => {
    let modifiedOn = SAVED_AT;
    let correlation = 10;
    for (const [number, save] of saves.entries()) {
      await turn();
      const transition = save.kind === "transition";
      modifiedOn += save.seconds * 1_000;
      if (!save.correlated || save.seconds === 0) correlation++;
      if (transition) submitted = !submitted;
      if (transition) newest = submitted && save.proven ? number : 0;
      world.row = aRow({
        phase: submitted ? "submitted" : "withdrawn",
        modifiedOn,
        etag: `W/"${number}"`,
        content: { ...aContent, orderNumber: `ORD-${number}` },
      });
      const told = {
        correlationId: `a1f7c0de-2f6a-4b0e-9b8c-54f7be6d2c${correlation}`,
        modifiedOn,
        firstSeenAt: world.clock.now(),
      };
      if (!transition && save.proven) continue; // a proven non-transition stays at the door
      const type = submitted ? "OrderSubmitted" : "OrderWithdrawn";
      const { modifiedOn: _, ...stripped } = told;
      const event = save.proven ? anEvent({ ...told, type }) : anUnprovenEvent(stripped);
      for (let copy = 0; copy < save.copies; copy++) start(work(event, false));
    }
  });
  await run();
  return { world, submitted, newest };
}

/** Submissions for which a step was taken that another one has not taken back. */
function standing(
  { effects }: Pick<KeyedTarget, "effects">,
  step: string,
  undone: string,
): string[] {
  return [...effects]
    .filter(([key, { answer }]) => key.endsWith(`:${step}`) && !isShort(answer))
    .map(([key]) => key.slice(0, -step.length - 1))
    .filter((submission) => !effects.has(`${submission}:${undone}`));
}

function isShort(answer: unknown): boolean {
  return (answer as { outcome?: string }).outcome === "short";
}

/** What is left of the order here and in the outside systems, and what its commands were. */
async function leftOf({ store, inventory, procurement, commands, results }: OrderWorld) {
  const { found } = await store.load(ORDER, "");
  const approved = [...results.values()].filter(({ outcome }) => outcome !== "withdrawn");
  return {
    held: found?.lease !== undefined,
    here: found?.state.standing?.key,
    reserved: standing(inventory, "reserve", "release"),
    requested: standing(procurement, "requestProcurement", "cancelProcurement"),
    approved: approved.map(({ submission }) => submission),
    commands: commands(),
    content: Number(found?.state.standing?.content.orderNumber.slice("ORD-".length) ?? Infinity),
  };
}

describe("an order whose saves and events interleave at will", () => {
  it(
    "ends as its last save left it, with one effect a key and commands in sequence",
    unhurried,
    () =>
      everyHistory(
        fc.asyncProperty(aHistory, async (history) => {
          const { world, submitted, newest } = await play(history);

          const left = await leftOf(world);

          const live = left.here === undefined ? [] : [left.here];
          const { length } = left.commands;
          expect(live).toHaveLength(submitted ? 1 : 0);
          expect(left).toMatchObject({
            held: false,
            approved: live,
            reserved: history.inStock ? live : [],
            requested: history.inStock ? [] : live,
            commands: Array.from({ length }, (_, index) =>
              index % 2 === 0 ? `${index + 1} requestShipment` : `${index + 1} cancelShipment`,
            ),
          });
          expect(length % 2).toBe(submitted && history.inStock ? 1 : 0);
          expect(left.content).toBeGreaterThanOrEqual(newest);
        }),
        { cost: 20 },
      ),
  );
});

import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../../shared/domain/orderEvent.ts";
import { anEvent, aRow, OTHER_CORRELATION_ID, SAVED_AT } from "../../../support/anOrder.ts";
import { createOrderWorld, LEASE_MS, type OrderWorld } from "../../../support/orderWorld.ts";

const LATER = SAVED_AT + 60_000;
const withdrawnRow = aRow({ phase: "withdrawn", modifiedOn: LATER });
const later = { correlationId: OTHER_CORRELATION_ID, modifiedOn: LATER };
const withdrawal = anEvent({ ...later, type: "OrderWithdrawn" });

type Story = {
  readonly name: string;
  readonly prepare?: (world: OrderWorld) => Promise<void>;
  readonly event: OrderEvent;
  /** What becomes of the order between the crash and the repeat. */
  readonly meanwhile?: (world: OrderWorld) => void;
};

const stories: readonly Story[] = [
  { name: "an order in stock", event: anEvent() },
  {
    name: "an order out of stock",
    prepare: async (world) => void (world.inStock = false),
    event: anEvent(),
  },
  {
    name: "a withdrawal",
    prepare: async (world) => {
      await world.process(anEvent());
      world.row = withdrawnRow;
    },
    event: withdrawal,
  },
  {
    name: "a withdrawal of a back-ordered order",
    prepare: async (world) => {
      world.inStock = false;
      await world.process(anEvent());
      world.row = withdrawnRow;
    },
    event: withdrawal,
  },
  {
    name: "a submission over a standing one",
    prepare: async (world) => {
      await world.process(anEvent());
      world.row = aRow({ modifiedOn: LATER });
    },
    event: anEvent(later),
  },
  {
    name: "an order withdrawn while its worker is dead",
    event: anEvent(),
    meanwhile: (world) => void (world.row = withdrawnRow),
  },
  {
    name: "an order out of stock withdrawn while its worker is dead",
    prepare: async (world) => void (world.inStock = false),
    event: anEvent(),
    meanwhile: (world) => void (world.row = withdrawnRow),
  },
  {
    name: "an order edited while its worker is dead",
    event: anEvent(),
    meanwhile: (world) => {
      const lines = [{ sku: "OTHER", quantity: "7" }];
      world.row = aRow({ modifiedOn: LATER, content: { ...(aRow().content as object), lines } });
    },
  },
  {
    name: "an order whose stock is gone by the repeat",
    event: anEvent(),
    meanwhile: (world) => void (world.inStock = false),
  },
];

/** The process dies at the n-th point it reaches: no call of its gets through any more. */
function crashAt(world: OrderWorld, point: number): () => boolean {
  let reached = 0;
  world.interfere = () => {
    if (++reached >= point) throw new Error("crashed");
  };
  return () => reached >= point;
}

/** Runs a story that dies at `point` (never, where undefined), then repeats until it is through. */
async function play(story: Story, ...points: readonly number[]) {
  const world = createOrderWorld();
  await story.prepare?.(world);
  let crashes = 0;
  for (const point of points) {
    const crashed = crashAt(world, point);
    const repeated = crashes > 0;
    await world.process(story.event, { repeated }).catch(() => undefined);
    if (crashed()) crashes++;
    world.clock.advance(LEASE_MS);
    story.meanwhile?.(world);
  }
  world.interfere = () => undefined;
  await world.process(story.event, { repeated: crashes > 0 });
  return { world, crashes };
}

function effectsOf(world: OrderWorld) {
  return {
    reservations: [...world.inventory.effects.keys()],
    procurement: [...world.procurement.effects.keys()],
    commands: world.commands(),
    results: [...world.results.values()],
  };
}

describe.each(stories)("$name", (story) => {
  it("shows each target one effect, wherever its worker dies", async () => {
    const { world: undisturbed } = await play({ ...story, meanwhile: () => undefined });
    const expected = effectsOf(undisturbed);
    let point = 1;

    for (; ; point++) {
      const { world, crashes } = await play(story, point);
      if (crashes === 0) break;
      const unchanged = story.meanwhile === undefined;
      expect(unchanged ? effectsOf(world) : expected).toEqual(expected);
      expect(world.commands().map((line) => Number(line.split(" ")[0]))).toEqual(
        world.commands().map((_, index) => index + 1),
      );
      expect(world.results.size).toBeLessThanOrEqual(2);
    }

    expect(point).toBeGreaterThan(10);
  });
});

describe.each(stories.filter(({ meanwhile }) => meanwhile === undefined))("$name", (story) => {
  it("ends the same when its worker dies twice", async () => {
    const { world: undisturbed } = await play(story);

    for (let first = 1; first <= 14; first++) {
      for (let second = 1; second <= 14; second++) {
        const { world } = await play(story, first, second);
        expect(effectsOf(world)).toEqual(effectsOf(undisturbed));
      }
    }
  });
});

describe("an order withdrawn while its worker is dead", () => {
  it("keeps no stock and no uncancelled shipment, wherever its worker died", async () => {
    const story = stories.find(
      ({ name }) => name === "an order withdrawn while its worker is dead",
    );
    if (story === undefined) throw new Error("no such story");

    for (let point = 1; ; point++) {
      const { world, crashes } = await play(story, point);
      if (crashes === 0) break;
      const reserved = [...world.inventory.effects.keys()].some((key) => key.endsWith(":reserve"));
      const released = [...world.inventory.effects.keys()].some((key) => key.endsWith(":release"));
      const ended = world.outcomes().at(-1) ?? "none";

      // Dead before it claimed the order: nothing began. Dead after it ended: the withdrawal event undoes it.
      expect(["none", "withdrawn", "approved"]).toContain(ended);
      const cancelled = reserved ? ["1 requestShipment", "2 cancelShipment"] : [];
      const undone = released && world.commands().join() === cancelled.join();
      expect(ended === "withdrawn" ? undone : true).toBe(true);
      await world.process(withdrawal, { repeated: true });
      expect(["none", "withdrawn"]).toContain(world.outcomes().at(-1) ?? "none");
    }
  });
});

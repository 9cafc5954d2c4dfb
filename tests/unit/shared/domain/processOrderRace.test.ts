import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../../../shared/domain/orderEvent.ts";
import type { OrderRow } from "../../../../shared/domain/orderRow.ts";
import {
  anEvent,
  anUnprovenEvent,
  aRow,
  OTHER_CORRELATION_ID,
  SAVED_AT,
} from "../../../support/anOrder.ts";
import { createOrderWorld, type OrderWorld } from "../../../support/orderWorld.ts";

const SECOND = 1_000;
const VISIBLE_WITHIN_MS = 150_000;
const THIRD_CORRELATION_ID = "c3f7c0de-2f6a-4b0e-9b8c-54f7be6d2c33";

const rowAt = (second: number, phase: OrderRow["phase"] = "submitted") =>
  aRow({ phase, modifiedOn: SAVED_AT + second * SECOND, etag: `W/"${phase} ${second}"` });
const at = (second: number, correlationId: string) => ({
  correlationId,
  modifiedOn: SAVED_AT + second * SECOND,
});
const withdrawalAt = (second: number, correlationId = OTHER_CORRELATION_ID) =>
  anEvent({ ...at(second, correlationId), type: "OrderWithdrawn" });

/** Does `meanwhile` while the worker on `event` is paused between its look at the row and its claim, then tries again where it has to. */
async function pausedAfterReading(
  world: OrderWorld,
  event: OrderEvent,
  meanwhile: () => Promise<unknown>,
  repeated = false,
) {
  world.interfere = async (point) => {
    if (point !== "after readRow") return;
    world.interfere = () => undefined;
    await meanwhile();
  };
  return await world
    .process(event, { repeated })
    .catch(() => world.process(event, { repeated: true }));
}

describe("a worker that pauses between its look at the row and its claim", () => {
  it("ships nothing when the order was withdrawn meanwhile and that was handled", async () => {
    const world = createOrderWorld();

    const processed = await pausedAfterReading(world, anEvent(), async () => {
      world.row = rowAt(1, "withdrawn");
      await world.process(withdrawalAt(1));
    });

    expect(processed).toMatchObject({ outcome: "ignored" });
    expect(world.inventory.calls).toEqual([]);
    expect(world.commands()).toEqual([]);
  });

  it("ships nothing when the withdrawal proved nothing, or came within the same second", async () => {
    for (const withdrawal of [anUnprovenEvent({ door: "webhook" }), withdrawalAt(0)]) {
      const world = createOrderWorld();

      await pausedAfterReading(world, anEvent(), async () => {
        world.row = rowAt(0, "withdrawn");
        await world.process(withdrawal);
      });

      expect(world.commands()).toEqual([]);
    }
  });

  it("ships nothing when the order was withdrawn and deleted meanwhile", async () => {
    const world = createOrderWorld();
    world.clock.advance(VISIBLE_WITHIN_MS + SAVED_AT - world.clock.now() + SECOND);

    await pausedAfterReading(world, anEvent(), async () => {
      world.row = undefined;
      await world.process(withdrawalAt(1));
    });

    expect(world.commands()).toEqual([]);
  });

  it("ships nothing anew when the order had been withdrawn once before", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());
    world.row = rowAt(1, "withdrawn");
    await world.process(withdrawalAt(1));
    world.row = rowAt(2);
    const resubmission = anEvent(at(2, THIRD_CORRELATION_ID));

    for (const repeated of [false, true]) {
      await pausedAfterReading(
        world,
        resubmission,
        async () => {
          world.row = rowAt(3, "withdrawn");
          await world.process(withdrawalAt(3, THIRD_CORRELATION_ID));
        },
        repeated,
      );
    }

    expect(world.commands()).toEqual(["1 requestShipment", "2 cancelShipment"]);
  });

  it("undoes nothing when the order was submitted again meanwhile, even without proof", async () => {
    const world = createOrderWorld();
    await world.process(anEvent());
    world.row = rowAt(1, "withdrawn");

    const processed = await pausedAfterReading(world, withdrawalAt(1), async () => {
      world.row = rowAt(2);
      await world.process(anUnprovenEvent({ correlationId: THIRD_CORRELATION_ID }));
    });

    expect(processed).toMatchObject({ outcome: "ignored", reason: "superseded" });
    expect(world.outcomes()).toEqual(["approved"]);
  });

  it("makes an ignored withdrawal look again when it has claimed the order by then", async () => {
    const world = createOrderWorld();
    world.row = rowAt(1, "withdrawn");
    world.interfere = async (point) => {
      if (point !== "before fence") return;
      world.interfere = () => undefined;
      world.row = aRow(); // what a worker saw that started before the withdrawal
      await world.process(anEvent());
      world.row = rowAt(1, "withdrawn");
    };

    await expect(world.process(withdrawalAt(1))).rejects.toMatchObject({ code: "order-busy" });
    await world.process(withdrawalAt(1), { repeated: true });

    expect(world.outcomes()).toEqual(["withdrawn"]);
  });
});

import { describe, expect, it } from "vitest";
import {
  IdempotentProducers,
  type Producer,
} from "../../../../local/eventHubs/idempotentProducers.ts";

/** How many of the events the producer knows to be there already; the others are published. */
const published = ({ publish }: Producer, first: number, count: number) =>
  publish(first, count, (already) => already);

const unknown = { id: undefined, epoch: undefined, sequenceNumber: undefined };

describe("idempotent producers", () => {
  it("get ids of their own and count from one", () => {
    const producers = new IdempotentProducers({ firstId: 1 });

    const [one, two] = [producers.attach(unknown), producers.attach(unknown)];

    expect([one.id, one.epoch, one.sequenceNumber, two.id]).toEqual([1, 0, 0, 2]);
    expect(published(one, 1, 3)).toBe(0);
    expect(published(two, 1, 1)).toBe(0);
  });

  it("publish again only what is not there yet", () => {
    const producer = new IdempotentProducers({ firstId: 1 }).attach(unknown);
    published(producer, 1, 3);

    expect(published(producer, 1, 3)).toBe(3);
    expect(published(producer, 3, 2)).toBe(1);
    expect(published(producer, 5, 1)).toBe(0);
  });

  it("have not published what could not be appended", () => {
    const producer = new IdempotentProducers({ firstId: 1 }).attach(unknown);
    const full = () => {
      throw new Error("disk full");
    };

    expect(() => producer.publish(1, 2, full)).toThrow("disk full");

    expect(published(producer, 1, 2)).toBe(0);
  });

  it("may not leave numbers out", () => {
    const producer = new IdempotentProducers({ firstId: 1 }).attach(unknown);

    expect(() => published(producer, 2, 1)).toThrow(
      expect.objectContaining({ condition: "com.microsoft:out-of-order-sequence" }) as Error,
    );
  });

  it("that come back go on counting where they say, and are still known", () => {
    const producers = new IdempotentProducers({ firstId: 1 });
    const before = producers.attach(unknown);
    published(before, 1, 4);

    const after = producers.attach({ id: before.id, epoch: 0, sequenceNumber: 2 });

    expect(after.sequenceNumber).toBe(2);
    expect(published(after, 3, 2)).toBe(2);
  });

  it("give way to a higher epoch and keep a lower one out", () => {
    const producers = new IdempotentProducers({ firstId: 1 });
    const old = producers.attach({ id: 7, epoch: 1, sequenceNumber: 0 });
    producers.attach({ id: 7, epoch: 2, sequenceNumber: 0 });
    const stolen = expect.objectContaining({
      condition: "com.microsoft:producer-epoch-stolen",
    }) as Error;

    expect(() => published(old, 1, 1)).toThrow(stolen);
    expect(() => producers.attach({ id: 7, epoch: 1, sequenceNumber: 0 })).toThrow(stolen);
  });

  it("are known by what the log has of them", () => {
    const producers = new IdempotentProducers({ firstId: 100 });
    producers.restore({ id: 7, epoch: 1, sequenceNumber: 3 });
    producers.restore({ id: 7, epoch: 1, sequenceNumber: 5 });

    const again = producers.attach({ id: 7, epoch: 1, sequenceNumber: 3 });

    expect(published(again, 4, 3)).toBe(2);
    expect(producers.attach(unknown).id).toBe(100);
  });

  it("go on where they are when all are forgotten, unless another has come since", () => {
    const producers = new IdempotentProducers({ firstId: 1 });
    const producer = producers.attach({ id: 7, epoch: 0, sequenceNumber: 0 });
    published(producer, 1, 2);

    producers.clear();
    const before = published(producer, 3, 1);
    const again = producers.attach({ id: 7, epoch: 0, sequenceNumber: 2 });

    expect([before, published(again, 3, 2)]).toEqual([0, 1]);
    producers.clear();
    producers.attach({ id: 7, epoch: 0, sequenceNumber: 0 });
    expect(() => published(producer, 4, 1)).toThrow(
      expect.objectContaining({ condition: "com.microsoft:producer-epoch-stolen" }) as Error,
    );
  });

  it("that are not known, as where the log has nothing of them, are believed", () => {
    const producer = new IdempotentProducers({ firstId: 1 }).attach({
      id: 9,
      epoch: 3,
      sequenceNumber: 41,
    });

    expect(published(producer, 42, 1)).toBe(0);
  });
});

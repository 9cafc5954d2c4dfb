import { describe, expect, it } from "vitest";
import { createDispatcher } from "../../../../local/serviceBus/dispatcher.ts";

describe("a dispatcher", () => {
  it("shares messages out in turn among those that are ready", () => {
    const messages = [1, 2, 3, 4, 5];
    const taken: [string, number][] = [];
    const dispatcher = createDispatcher(() => {});
    for (const [name, isReady] of [
      ["a", true],
      ["busy", false],
      ["b", true],
    ] as const) {
      dispatcher.add({
        isReady: () => isReady,
        takeOne: () => {
          const message = messages.shift();
          if (message) taken.push([name, message]);
          return message !== undefined;
        },
      });
    }

    dispatcher.dispatch();

    expect(taken).toEqual([
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["b", 4],
      ["a", 5],
    ]);
  });

  it("lets others have their turn within a long hand-out, and finishes it", async () => {
    let left = 1_200;
    const dispatcher = createDispatcher(() => {});
    dispatcher.add({ isReady: () => true, takeOne: () => left > 0 && (left -= 1) >= 0 });

    dispatcher.dispatch();

    expect(left).toBeGreaterThan(0);
    await expect.poll(() => left).toBe(0);
  });

  it("asks nobody who was removed", () => {
    const dispatcher = createDispatcher(() => {});
    const consumer = { isReady: () => true, takeOne: () => expect.unreachable() };
    dispatcher.add(consumer);
    dispatcher.remove(consumer);

    expect(() => dispatcher.dispatch()).not.toThrow();
  });

  it("tells of a fault in handing out and throws it at nobody, and goes on when asked again", () => {
    const log: string[] = [];
    const taken: number[] = [];
    const messages = [1, 2];
    const dispatcher = createDispatcher((event) => void log.push(event));
    dispatcher.add({
      isReady: () => true,
      takeOne: () => {
        const message = messages.shift();
        if (message === 1) throw new RangeError("cannot be encoded");
        if (message) taken.push(message);
        return message !== undefined;
      },
    });

    dispatcher.dispatch();
    dispatcher.dispatch();

    expect(taken).toEqual([2]);
    expect(log).toEqual(["a message could not be handed out"]);
  });
});

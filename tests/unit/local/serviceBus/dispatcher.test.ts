import { describe, expect, it } from "vitest";
import { createDispatcher } from "../../../../local/serviceBus/dispatcher.ts";

describe("a dispatcher", () => {
  it("shares messages out in turn among those that are ready", () => {
    const messages: number[] = [];
    const taken: [string, number][] = [];
    const dispatcher = createDispatcher(() => {});
    for (const [name, isReady] of [
      ["a", true],
      ["busy", false],
      ["b", true],
    ] as const) {
      dispatcher.offer({
        isReady: () => isReady,
        takeOne: () => {
          const message = messages.shift();
          if (message) taken.push([name, message]);
          return message !== undefined;
        },
      });
    }

    messages.push(1, 2, 3, 4, 5);
    dispatcher.dispatch();

    expect(taken.map(([, message]) => message)).toEqual([1, 2, 3, 4, 5]);
    const names = taken.map(([name]) => name);
    expect([
      ["a", "b", "a", "b", "a"],
      ["b", "a", "b", "a", "b"],
    ]).toContainEqual(names);
  });

  it("asks a receiver that was not ready only when it offers itself again", () => {
    let messages = 0;
    let asked = 0;
    let ready = false;
    const dispatcher = createDispatcher(() => {});
    const consumer = {
      isReady: () => {
        asked += 1;
        return ready;
      },
      takeOne: () => messages > 0 && (messages -= 1) >= 0,
    };
    dispatcher.offer(consumer);

    messages = 2;
    for (let sent = 0; sent < 100; sent += 1) dispatcher.dispatch();
    expect(asked).toBe(1);
    ready = true;
    dispatcher.offer(consumer);

    expect(messages).toBe(0);
  });

  it("lets others have their turn within a long hand-out, and finishes it", async () => {
    let left = 1_200;
    const dispatcher = createDispatcher(() => {});
    dispatcher.offer({ isReady: () => true, takeOne: () => left > 0 && (left -= 1) >= 0 });

    expect(left).toBeGreaterThan(0);
    await expect.poll(() => left).toBe(0);
  });

  it("asks nobody who was removed", () => {
    let messages = 0;
    const dispatcher = createDispatcher(() => {});
    const consumer = { isReady: () => true, takeOne: () => messages > 0 && (messages -= 1) >= 0 };
    dispatcher.offer(consumer);
    dispatcher.remove(consumer);

    messages = 1;
    dispatcher.dispatch();

    expect(messages).toBe(1);
  });

  it("tells of a fault in handing out and throws it at nobody, and goes on when asked again", () => {
    const log: string[] = [];
    const taken: number[] = [];
    const messages = [1, 2];
    const dispatcher = createDispatcher((event) => void log.push(event));
    dispatcher.offer({
      isReady: () => true,
      takeOne: () => {
        const message = messages.shift();
        if (message === 1) throw new RangeError("cannot be encoded");
        if (message) taken.push(message);
        return message !== undefined;
      },
    });

    dispatcher.dispatch();

    expect(taken).toEqual([2]);
    expect(log).toEqual(["a message could not be handed out"]);
  });
});

import { describe, expect, it } from "vitest";
import { bodiesOf, receive } from "./receive.ts";
import { useEventHub } from "./useEventHub.ts";

describe("consumer groups", () => {
  const { aProducer, aConsumer, ends } = useEventHub();

  it("each read the whole stream, whatever the others have read", async () => {
    const startPosition = await ends();
    await aProducer().sendBatch([{ body: 1 }, { body: 2 }], { partitionId: "0" });

    const first = await receive(aConsumer("first"), { count: 2, startPosition });
    const second = await receive(aConsumer("second"), { count: 2, startPosition });

    expect(bodiesOf(first)).toEqual([1, 2]);
    expect(bodiesOf(second)).toEqual([1, 2]);
  });

  it("read side by side what is sent while they read", async () => {
    const startPosition = await ends();
    const reading = Promise.all([
      receive(aConsumer("first"), { count: 3, startPosition }),
      receive(aConsumer("second"), { count: 3, startPosition }),
    ]);

    await aProducer().sendBatch([{ body: 1 }, { body: 2 }, { body: 3 }], { partitionId: "1" });

    const [first, second] = await reading;
    expect(bodiesOf(first)).toEqual([1, 2, 3]);
    expect(bodiesOf(second)).toEqual([1, 2, 3]);
  });

  it("are known without regard to case", async () => {
    const startPosition = await ends();
    await aProducer().sendBatch([{ body: "x" }]);

    const events = await receive(aConsumer("FIRST"), { count: 1, startPosition });

    expect(bodiesOf(events)).toEqual(["x"]);
  });
});

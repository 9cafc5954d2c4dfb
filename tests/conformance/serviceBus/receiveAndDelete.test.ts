import { describe, expect, it } from "vitest";
import { bodiesOf, leftIn, receive, useQueue } from "./useQueue.ts";

describe("receive-and-delete", () => {
  const { aReceiver, send } = useQueue();

  it("takes messages out for good", async () => {
    await send({ body: 1 }, { body: 2 });

    expect(bodiesOf(await receive(aReceiver("receiveAndDelete"), 2))).toEqual([1, 2]);

    expect(await leftIn(aReceiver())).toEqual([]);
  });
});

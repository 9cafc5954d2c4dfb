import { describe, expect, it } from "vitest";
import { aCommand, aStoppedOrder, aWarehouse } from "../../../support/aWarehouse.ts";

const ANNA = "5b6f2a1e-0000-4000-8000-000000000001";
const BERT = "5b6f2a1e-0000-4000-8000-000000000002";
const notStopped = { name: "TerminalError", code: "command-not-stopped" };

describe("discarding a stopped warehouse command", () => {
  it("lets those after it go", async () => {
    const { dispatch, discard, stopped, carriedOut } = await aStoppedOrder();

    await discard(1);
    await dispatch(aCommand(2));

    expect(carriedOut).toEqual([2]);
    expect(stopped()).toBeUndefined();
  });

  it("says who did it and when, and why the command had been given up", async () => {
    const { discard, clock } = await aStoppedOrder();
    clock.advance(60_000);

    expect(await discard(1, ANNA)).toEqual({
      sequence: 1,
      reason: "warehouse-refused",
      at: clock.now(),
      by: ANNA,
    });
  });

  it("gives the first answer to whoever repeats it, and writes no more", async () => {
    const { dispatch, discard, calls, clock } = await aStoppedOrder();
    const first = await discard(1, ANNA);
    await dispatch(aCommand(2));
    calls.length = 0;
    clock.advance(60_000);

    expect(await discard(1, BERT)).toEqual(first);
    expect(calls).toEqual(["read"]);
  });

  it("makes a replay of its message a duplicate", async () => {
    const { dispatch, discard, carriedOut } = await aStoppedOrder();
    await discard(1);

    expect(await dispatch(aCommand(1))).toEqual({ outcome: "duplicate", sequence: 1 });
    expect(carriedOut).toEqual([]);
  });

  it("lets nothing else come under its number", async () => {
    const { dispatch, discard } = await aStoppedOrder();
    await discard(1);

    await expect(dispatch(aCommand(1, { orderNumber: "ORD-2" }))).rejects.toMatchObject({
      code: "payload-mismatch",
    });
  });

  it("stays known while later commands are carried out", async () => {
    const { dispatch, discard } = await aStoppedOrder();
    const first = await discard(1);
    for (let sequence = 2; sequence <= 32; sequence++) await dispatch(aCommand(sequence));

    expect(await discard(1)).toEqual(first);
    await dispatch(aCommand(33));
    await expect(discard(1)).rejects.toMatchObject(notStopped);
  });

  it("is refused for a command that was carried out or has not come, and changes nothing", async () => {
    const { dispatch, discard, calls } = await aStoppedOrder();
    await dispatch(aCommand(1));
    calls.length = 0;

    await expect(discard(1)).rejects.toMatchObject(notStopped);
    await expect(discard(2)).rejects.toMatchObject(notStopped);
    expect(calls).toEqual(["read", "read"]);
  });

  it("is refused for a command that waits behind the stopped one", async () => {
    const { dispatch, discard } = await aStoppedOrder();
    await expect(dispatch(aCommand(2))).rejects.toMatchObject({ name: "ParkError" });

    await expect(discard(2)).rejects.toMatchObject(notStopped);
  });

  it("is possible for one that was given up while it waited, once those before it are done", async () => {
    const { dispatch, discard, carriedOut } = await aStoppedOrder();
    await expect(dispatch(aCommand(2), { tooOld: true })).rejects.toMatchObject({
      code: "predecessor-given-up",
    });
    await expect(discard(2)).rejects.toMatchObject(notStopped);

    await discard(1);

    expect(await discard(2)).toMatchObject({ sequence: 2, reason: "parked-too-long" });
    await dispatch(aCommand(3));
    expect(carriedOut).toEqual([3]);
  });

  it("finds no command of an order that never had one", async () => {
    await expect(aWarehouse().discard(1)).rejects.toMatchObject({
      name: "TerminalError",
      code: "not-found",
    });
  });

  it("gives way to a replay that is carried out meanwhile", async () => {
    const { discard, overtake } = await aStoppedOrder();

    const discarded = discard(1);
    overtake(1);

    await expect(discarded).rejects.toMatchObject({ name: "ParkError", code: "dispatch-busy" });
    await expect(discard(1)).rejects.toMatchObject(notStopped);
  });

  it("makes a replay that was under way look again, and find a duplicate", async () => {
    const { dispatch, discard } = await aStoppedOrder();

    const replayed = dispatch(aCommand(1));
    await discard(1);

    await expect(replayed).rejects.toMatchObject({ name: "ParkError", code: "dispatch-busy" });
    expect(await dispatch(aCommand(1))).toMatchObject({ outcome: "duplicate" });
  });
});

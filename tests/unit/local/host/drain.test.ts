import { expect, test } from "vitest";
import { createDrain } from "../../../../local/host/drain.ts";
import { createListenerGroup } from "../../../../local/host/listenerGroup.ts";

/** A host with one listener whose close waits until its work is settled. */
async function host() {
  const calls: string[] = [];
  let started = 0;
  let settled = Promise.withResolvers<void>();
  let inFlight = 0;
  const group = createListenerGroup(async () => {
    started += 1;
    const number = started;
    calls.push(`start ${number}`);
    settled = Promise.withResolvers<void>();
    return [
      {
        pause: async () => void calls.push(`pause ${number}`),
        close: async () => {
          calls.push(`close ${number}`);
          await settled.promise;
        },
      },
    ];
  });
  await group.start();
  return {
    calls,
    drain: createDrain(group, () => inFlight),
    setInFlight: (count: number) => {
      inFlight = count;
    },
    settle: async () => {
      settled.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("is in progress until what was in flight has ended and is settled", async () => {
  const { drain, setInFlight, settle } = await host();
  const states = [drain.status()];

  setInFlight(2);
  drain.begin();
  states.push(drain.status());
  setInFlight(0);
  states.push(drain.status());
  await settle();
  states.push(drain.status());

  expect(states.map(({ state }) => state)).toEqual([
    "Disabled",
    "InProgress",
    "InProgress",
    "Completed",
  ]);
  expect(states[1]).toMatchObject({ outstandingInvocations: 2, outstandingRetries: 0 });
});

test("beginning twice pauses once", async () => {
  const { drain, calls, settle } = await host();

  drain.begin();
  drain.begin();
  await settle();

  expect(calls).toEqual(["start 1", "pause 1", "close 1"]);
});

test("resuming starts anew without waiting for what is still in flight", async () => {
  const { drain, calls } = await host();
  drain.begin();

  await drain.resume();
  await new Promise((resolve) => setImmediate(resolve));

  expect(calls.toSorted()).toEqual(["close 1", "pause 1", "start 1", "start 2"]);
  expect(drain.status()).toMatchObject({ state: "Disabled" });
});

test("resuming a host that does not drain has no effect", async () => {
  const { drain, calls } = await host();

  await drain.resume();

  expect(calls).toEqual(["start 1"]);
});

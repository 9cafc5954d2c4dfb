import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { allBranches } from "../../../../shared/domain/allBranches.ts";
import { ParkError, RetryableError, TerminalError } from "../../../../shared/errors.ts";

const uncertain = { target: "procurement", path: "/requests/k", key: "k" };
const noAnswer = new RetryableError("procurement", "no answer", { uncertain });
const down = new RetryableError("dataverse", "answered 503");
const bug = new TypeError("undefined is not a function");
const busAway = new ParkError("bus-unavailable", "no bus");
const refused = new TerminalError("procurement-refused", "answered 422");

const failing = (error: unknown) => () => Promise.reject(error);

describe("branches", () => {
  it("run side by side, and each to its end before a failure is thrown", async () => {
    const done: string[] = [];
    const slow = async () => {
      await setImmediate();
      done.push("slow");
    };

    await expect(allBranches(failing(down), slow)).rejects.toBe(down);

    expect(done).toEqual(["slow"]);
  });

  it("that all come through throw nothing", async () => {
    await expect(
      allBranches(
        async () => 1,
        async () => 2,
      ),
    ).resolves.toBeUndefined();
  });
});

describe("of several failures", () => {
  it.each([
    ["an unknown outcome", "another failure of a target", noAnswer, down],
    ["a target's failure", "a wait", down, busAway],
    ["an unknown error", "a wait", bug, busAway],
    ["a wait", "giving up", busAway, refused],
    ["a target's failure", "giving up", down, refused],
  ])("%s goes before %s", async (_one, _other, chosen, other) => {
    await expect(allBranches(failing(chosen), failing(other))).rejects.toBe(chosen);
    await expect(allBranches(failing(other), failing(chosen))).rejects.toBe(chosen);
  });

  it("the first branch's goes before one of the same kind", async () => {
    const alike = new RetryableError("inventory", "answered 500");

    await expect(allBranches(failing(down), failing(alike))).rejects.toBe(down);
    await expect(allBranches(failing(alike), failing(down))).rejects.toBe(alike);
  });

  it("the longest wait that was asked for goes with the one thrown", async () => {
    const hurried = new RetryableError("procurement", "no answer", {
      uncertain,
      retryAfterMs: 1_000,
    });
    const patient = new RetryableError("dataverse", "answered 429", { retryAfterMs: 30_000 });

    await expect(allBranches(failing(hurried), failing(patient))).rejects.toMatchObject({
      name: "RetryableError",
      code: "procurement",
      message: "no answer",
      uncertain,
      retryAfterMs: 30_000,
    });
  });

  it("a wait that a park asks for goes with a target's failure and with another park", async () => {
    const throttled = new ParkError("storage-unavailable", "busy", { afterMs: 20_000 });

    await expect(allBranches(failing(bug), failing(throttled))).rejects.toMatchObject({
      name: "RetryableError",
      message: bug.message,
      cause: bug,
      retryAfterMs: 20_000,
    });
    await expect(allBranches(failing(busAway), failing(throttled))).rejects.toMatchObject({
      name: "ParkError",
      code: "bus-unavailable",
      afterMs: 20_000,
    });
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  admit,
  type Breaker,
  closedBreaker,
  conclude,
  trip,
} from "../../../../shared/patterns/circuitBreaker.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

const limits = { openMs: 1_000, probes: 2, probeMs: 300 };

describe("a circuit breaker", () => {
  const open = trip(closedBreaker, 0, 0, limits);

  it("lets every call through while closed", () => {
    expect(admit(closedBreaker, "a", 0, limits)).toEqual({ admit: "call" });
  });

  it("lets none through while open, and a bounded number of probes after that", () => {
    expect(admit(open, "a", 999, limits)).toEqual({ admit: "none" });

    const first = admit(open, "a", 1_000, limits);
    if (first.admit !== "probe") throw new Error("no probe");
    const second = admit(first.next, "b", 1_000, limits);
    if (second.admit !== "probe") throw new Error("no second probe");
    expect(admit(second.next, "c", 1_000, limits)).toEqual({ admit: "none" });
  });

  it("counts a probe of an earlier round for as long as it is under way", () => {
    const probes = ["a", "b"].map((id) => ({ id, expiresAt: 5_000 }));
    const reopened = conclude(
      { state: "half-open", round: 1, probes },
      { id: "a", round: 1 },
      false,
      1_000,
      limits,
    );

    const third = admit(reopened, "c", 2_000, limits);

    if (third.admit !== "probe") throw new Error("no probe");
    expect(admit(third.next, "d", 2_000, limits)).toEqual({ admit: "none" });
    const after = conclude(third.next, { id: "b", round: 1 }, true, 2_000, limits);
    expect(after.state).toBe("half-open");
    expect(admit(after, "d", 2_000, limits).admit).toBe("probe");
  });

  it("frees the slot of a probe whose holder died", () => {
    const probes = ["a", "b"].map((id) => ({ id, expiresAt: 1_300 }));
    const halfOpen: Breaker = { state: "half-open", round: 1, probes };

    expect(admit(halfOpen, "c", 1_299, limits).admit).toBe("none");
    expect(admit(halfOpen, "c", 1_300, limits).admit).toBe("probe");
  });

  it("is not opened by failures from before it last opened", () => {
    expect(trip({ state: "closed", round: 1 }, 0, 2_000, limits)).toEqual({
      state: "closed",
      round: 1,
    });
  });
});

/** A probe may be under way for longer than the breaker stays open. */
const patient = { ...limits, probeMs: 1_200 };

/*
 * The breaker beside a model that keeps everything that ever happened and looks through it each time.
 */
class Model {
  now = 0;
  closed = true;
  openings = 0;
  openUntil = 0;
  readonly slots: Slot[] = [];

  live() {
    return this.slots.filter(({ over, since }) => !over && this.now < since + patient.probeMs);
  }

  admits(): "call" | "probe" | "none" {
    if (this.closed) return "call";
    const full = this.live().length >= patient.probes;
    return this.now < this.openUntil || full ? "none" : "probe";
  }

  open(): void {
    this.closed = false;
    this.openings++;
    this.openUntil = this.now + patient.openMs;
  }

  conclude(slot: Slot, healthy: boolean): void {
    if (this.closed || !this.live().includes(slot)) return;
    slot.over = true;
    if (slot.round !== this.openings) return;
    if (!healthy) {
      this.open();
      return;
    }
    this.closed = true;
    for (const other of this.slots) other.over = true;
  }
}

type Slot = {
  readonly id: string;
  readonly round: number;
  readonly since: number;
  over: boolean;
};

const anAction = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(0, 100, 199, 200, 1_000) }),
  fc.record({ kind: fc.constant("enter" as const) }),
  fc.record({
    kind: fc.constant("conclude" as const),
    probe: fc.nat(3),
    healthy: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("trip" as const), roundsAgo: fc.constantFrom(0, 0, 1) }),
);

it("does in every sequence of events what a plain model of it does", unhurried, () =>
  everyHistory(
    fc.property(fc.array(anAction, { maxLength: 40, size: "max" }), (actions) => {
      const model = new Model();
      let breaker: Breaker = closedBreaker;
      const actual: unknown[] = [];
      const expected: unknown[] = [];
      for (const [number, action] of actions.entries()) {
        switch (action.kind) {
          case "pass":
            model.now += action.ms;
            break;
          case "enter": {
            const id = `probe ${number}`;
            const admission = admit(breaker, id, model.now, patient);
            actual.push(admission.admit);
            expected.push(model.admits());
            if (admission.admit !== "probe") break;
            breaker = admission.next;
            model.slots.push({ id, round: model.openings, since: model.now, over: false });
            break;
          }
          case "conclude": {
            const slot = model.slots.at(-1 - action.probe);
            if (slot === undefined) break;
            breaker = conclude(breaker, slot, action.healthy, model.now, patient);
            model.conclude(slot, action.healthy);
            break;
          }
          case "trip": {
            const round = model.openings - action.roundsAgo;
            breaker = trip(breaker, round, model.now, patient);
            if (model.closed && action.roundsAgo === 0) model.open();
            break;
          }
        }
        actual.push([breaker.state === "closed", breaker.round]);
        expected.push([model.closed, model.openings]);
      }
      expect(actual).toEqual(expected);
    }),
  ),
);

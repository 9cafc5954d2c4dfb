import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { aCommand, aWarehouse } from "../../../support/aWarehouse.ts";
import { everyHistory, unhurried } from "../../../support/everyHistory.ts";

const sequence = fc.integer({ min: 1, max: 4 });
const aStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("dispatch" as const),
      sequence,
      orderNumber: fc.constantFrom("ORD-1", "ORD-1", "ORD-1", "ORD-2"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      call: fc.nat(2),
      with: fc.constantFrom("shipped", "shipped", "down", "refused"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("discard" as const), sequence }) },
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;
type Answer = Extract<Step, { do: "answer" }>["with"];

type Call = { readonly sequence: number; readonly orderNumber: string; readonly writes: number };

/** What became of each number, in a list; a worker knows how many changes there had been when it looked. */
class Model {
  readonly done: { readonly orderNumber: string; readonly discarded: boolean }[] = [];
  stopped: Pick<Call, "sequence" | "orderNumber"> | undefined;
  writes = 0;

  /** Undefined when the warehouse is called. */
  dispatch(sequence: number, orderNumber: string): string | undefined {
    const known = this.done[sequence - 1];
    if (known !== undefined) {
      return known.orderNumber === orderNumber ? "duplicate" : "payload-mismatch";
    }
    if (sequence === this.done.length + 1) return undefined;
    return this.stopped === undefined ? "ahead-of-predecessor" : "predecessor-given-up";
  }

  answer({ sequence, orderNumber, writes }: Call, answer: Answer): string {
    if (answer === "down") return "warehouse";
    if (writes !== this.writes) return "dispatch-busy";
    this.writes++;
    if (answer === "shipped") this.#end(orderNumber, false);
    else this.stopped = { sequence, orderNumber };
    return answer === "shipped" ? "shipped" : "warehouse-refused";
  }

  discard(sequence: number): string {
    if (this.writes === 0) return "not-found";
    if (this.done[sequence - 1]?.discarded) return "discarded";
    if (this.stopped?.sequence !== sequence) return "command-not-stopped";
    this.writes++;
    this.#end(this.stopped.orderNumber, true);
    return "discarded";
  }

  #end(orderNumber: string, discarded: boolean): void {
    this.done.push({ orderNumber, discarded });
    this.stopped = undefined;
  }
}

/** Workers whose calls the warehouse answers when it is told to, and an operator who discards. */
function aFloor() {
  const warehouse = aWarehouse();
  const gates: (() => void)[] = [];
  warehouse.meanwhile = () => new Promise<void>((open) => gates.push(open));
  const codeOf = (error: unknown) =>
    error instanceof Error && "code" in error ? String(error.code) : String(error);
  const heard: string[] = [];
  const hear = async (told: Promise<string>) => {
    heard.push(await told.catch(codeOf));
  };
  return {
    heard,
    carriedOut: warehouse.carriedOut,
    async dispatch(sequence: number, orderNumber: string) {
      const dispatched = warehouse.dispatch(aCommand(sequence, { orderNumber }));
      void hear(dispatched.then(({ outcome }) => outcome));
      await setImmediate();
    },
    async answer(call: number, answer: Answer) {
      Object.assign(warehouse, { down: answer === "down", refuses: answer === "refused" });
      for (const open of gates.splice(call, 1)) open();
      await setImmediate();
    },
    discard: (sequence: number) => hear(warehouse.discard(sequence).then(() => "discarded")),
  };
}

it(
  "carries an order's commands out by their numbers, whoever else is at it, refuses, replays or discards",
  unhurried,
  () =>
    everyHistory(
      fc.asyncProperty(fc.array(aStep, { maxLength: 24, size: "max" }), async (steps) => {
        const floor = aFloor();
        const model = new Model();
        const calls: Call[] = [];
        const expected: string[] = [];
        for (const step of steps) {
          if (step.do === "dispatch") {
            const { sequence, orderNumber } = step;
            await floor.dispatch(sequence, orderNumber);
            const answer = model.dispatch(sequence, orderNumber);
            if (answer === undefined) calls.push({ sequence, orderNumber, writes: model.writes });
            else expected.push(answer);
          } else if (step.do === "discard") {
            await floor.discard(step.sequence);
            expected.push(model.discard(step.sequence));
          } else {
            await floor.answer(step.call, step.with);
            for (const call of calls.splice(step.call, 1))
              expected.push(model.answer(call, step.with));
          }
        }

        const shipped = new Set(floor.carriedOut);
        const isDiscarded = (sequence: number) => model.done[sequence - 1]?.discarded === true;
        const inTurn = [...shipped].filter((sequence) => !isDiscarded(sequence));
        expect(floor.heard).toEqual(expected);
        expect(inTurn).toEqual(inTurn.toSorted((a, b) => a - b));
        expect(
          model.done.filter(({ discarded }, index) => !discarded && !shipped.has(index + 1)),
        ).toEqual([]);
      }),
    ),
);

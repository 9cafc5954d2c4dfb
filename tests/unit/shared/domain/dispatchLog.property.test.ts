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
      /** It is given up when it has to wait once more. */
      tooOld: fc.boolean(),
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

type Call = { readonly sequence: number; readonly orderNumber: string };

/** What became of each number, in a list, and which were given up. */
class Model {
  readonly done: { readonly orderNumber: string; readonly discarded: boolean }[] = [];
  readonly givenUp = new Map<number, string>();

  /** Undefined when the warehouse is called. */
  dispatch({ sequence, orderNumber }: Call, tooOld: boolean): string | undefined {
    const known = this.done[sequence - 1];
    if (known !== undefined) {
      return known.orderNumber === orderNumber ? "duplicate" : "payload-mismatch";
    }
    const next = this.done.length + 1;
    if (sequence === next) return undefined;
    const isStopped = this.givenUp.has(next);
    if (tooOld) this.givenUp.set(sequence, orderNumber);
    return isStopped ? "predecessor-given-up" : "ahead-of-predecessor";
  }

  answer({ sequence, orderNumber }: Call, answer: Answer): string {
    if (answer === "down") return "warehouse";
    if (sequence <= this.done.length) return "dispatch-busy";
    if (answer === "shipped") this.done.push({ orderNumber, discarded: false });
    else this.givenUp.set(sequence, orderNumber);
    return answer === "shipped" ? "shipped" : "warehouse-refused";
  }

  discard(sequence: number): string {
    const { done, givenUp } = this;
    if (done.length === 0 && givenUp.size === 0) return "not-found";
    if (done[sequence - 1]?.discarded) return "discarded";
    const orderNumber = givenUp.get(sequence);
    if (orderNumber === undefined || sequence !== done.length + 1) return "command-not-stopped";
    done.push({ orderNumber, discarded: true });
    return "discarded";
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
    async dispatch({ sequence, orderNumber }: Call, tooOld: boolean) {
      const dispatched = warehouse.dispatch(aCommand(sequence, { orderNumber }), { tooOld });
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
            await floor.dispatch(step, step.tooOld);
            const answer = model.dispatch(step, step.tooOld);
            if (answer === undefined) calls.push(step);
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

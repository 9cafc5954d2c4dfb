import { describe, expect, it } from "vitest";
import { createDeliveryTable } from "../../../../local/amqp/deliveryTable.ts";
import type { DispositionFields, RheaDelivery } from "../../../../local/amqp/rheaInternals.ts";

function aTable() {
  const outgoing = { next_delivery_id: 0, next_pending_delivery: 0 };
  const table = createDeliveryTable(outgoing as never);
  const push = (details: { settled?: boolean } = {}) => {
    const delivery = {
      id: outgoing.next_delivery_id,
      settled: false,
      remote_settled: false,
      update: () => {},
      ...details,
    } as unknown as RheaDelivery;
    table.push(delivery);
    outgoing.next_delivery_id += 1;
    outgoing.next_pending_delivery += 1;
    return delivery;
  };
  const dispose = (fields: { first: number; last?: number; settled?: boolean }) =>
    table.onDisposition({
      last: null,
      settled: false,
      state: undefined,
      ...fields,
    } as unknown as DispositionFields);
  return { table, push, dispose };
}

describe("the deliveries of a session", () => {
  it("leave when settled, whatever older ones stay locked", () => {
    const { table, push } = aTable();
    push();
    const second = push();

    table.settle(second, undefined);

    expect([table.by_id(0)?.id, table.by_id(1), table.size()]).toEqual([0, undefined, 1]);
  });

  it("leave once written when they were sent settled", () => {
    const { table, push } = aTable();
    push({ settled: true });
    push();

    table.pop_if(({ settled }) => settled);

    expect([table.by_id(0), table.by_id(1)?.id]).toEqual([undefined, 1]);
  });

  it("hear of a disposition that covers a range, up to what was sent", () => {
    const { table, push, dispose } = aTable();
    const heard: number[] = [];
    for (const { id } of [push(), push(), push()]) table.expect(id, () => heard.push(id));

    dispose({ first: 1, last: 4_294_967_295 });

    expect(heard).toEqual([1, 2]);
  });

  it("leave at once when the peer settles itself", () => {
    const { table, push, dispose } = aTable();
    push();

    dispose({ first: 0, settled: true });

    expect(table.size()).toBe(0);
  });
});

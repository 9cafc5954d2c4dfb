import { beforeAll, describe, expect, test } from "vitest";
import { type CountedOrders, countOrders } from "../../bench/countedOrders.ts";
import { countedRows } from "../../bench/countedRows.ts";
import { formatRow } from "../../bench/formatRow.ts";
import { holds } from "../../bench/row.ts";

const hop = { sent: 1, delivered: 1, completed: 1 };
/** Of two commands that are under way at once the second may have to wait for the first: a look and a retry more. */
const waits = () => counted.later.warehouse["scheduled"] ?? 0;
let counted: CountedOrders;

beforeAll(async () => {
  counted = await countOrders();
}, 300_000);

describe("storage calls, counted before the tables", () => {
  test("are two for an order's first submission", () => {
    expect(counted.first.processing).toEqual(["POST", "POST"]);
  });

  test("are two for a duplicate", () => {
    expect(counted.duplicate.processing).toEqual(["POST", "GET"]);
  });

  test("are four for a later submission that undoes a live one", () => {
    expect(counted.later.processing).toEqual(["POST", "GET", "PUT", "POST"]);
  });

  test("are three for a withdrawal", () => {
    expect(counted.withdrawn.processing).toEqual(["GET", "PUT", "POST"]);
  });

  test("are two for an attempt that fails and three for the one that resumes it", () => {
    expect(counted.resumed.processing).toEqual(["POST", "PUT", "GET", "PUT", "POST"]);
  });

  test("are one read and one conditional write for each command to the warehouse", () => {
    expect(counted.first.dispatch).toEqual(["GET", "POST"]);
    const { dispatch } = counted.later;
    expect(dispatch.filter((method) => method === "PUT")).toHaveLength(2);
    expect(dispatch.filter((method) => method === "GET")).toHaveLength(2 + waits());
  });

  test("are two more at door c: its own row and the status row", () => {
    expect(counted.throughApi.intake).toEqual(["POST", "PUT"]);
    expect(counted.throughApi.processing).toEqual(["POST", "POST"]);
  });

  test("are some for the breakers, whose bound is a second's and not an order's", () => {
    expect(counted.breakers.reads).toBeGreaterThan(0);
  });

  test("are none that nobody knows of", () => {
    const other = Object.values(counted).flatMap((wire) => ("other" in wire ? wire.other : []));

    expect(other).toEqual([]);
  });
});

describe("broker operations, counted by the broker", () => {
  test("are three a hop: send, receive with lock, complete", () => {
    expect(counted.first.orders).toEqual(hop);
    expect(counted.first.warehouse).toEqual(hop);
    expect(counted.throughApi.orders).toEqual(hop);
  });

  test("are three more a retry: schedule, receive with lock, complete", () => {
    expect(counted.resumed.orders).toEqual({ sent: 1, scheduled: 1, delivered: 2, completed: 2 });
  });

  test("are a hop a command where a live submission is undone", () => {
    const done = 2 + waits();
    expect(counted.later.warehouse).toMatchObject({ sent: 2, delivered: done, completed: done });
  });
});

test("orders that come together cost no more than one alone, and hold what is promised", () => {
  const { crowd } = counted;

  expect(crowd.processing).toHaveLength(2 * crowd.size);
  expect(crowd.dispatch).toHaveLength(2 * crowd.size);
  const missed = countedRows(counted).filter((row) => holds(row) !== true);
  expect(missed.map(formatRow)).toEqual([]);
});

import { describe, expect, it } from "vitest";
import { parseSelector } from "../../../../local/eventHubs/startPosition.ts";

describe("parseSelector", () => {
  it.each([
    ["x-opt-offset > '-1'", { kind: "earliest" }],
    ["x-opt-offset > -1", { kind: "earliest" }],
    ["x-opt-offset >= '-1'", { kind: "earliest" }],
    ["x-opt-sequence-number > -1", { kind: "earliest" }],
    ["x-opt-offset > '@latest'", { kind: "latest" }],
    ["x-opt-offset > @latest", { kind: "latest" }],
    ["x-opt-offset > '1024'", { kind: "offset", value: 1024, inclusive: false }],
    ["x-opt-offset >= '1024'", { kind: "offset", value: 1024, inclusive: true }],
    ["x-opt-sequence-number >= 123", { kind: "sequenceNumber", value: 123, inclusive: true }],
    ["x-opt-sequence-number > '0'", { kind: "sequenceNumber", value: 0, inclusive: false }],
    [
      "x-opt-enqueued-time > '1700000000000'",
      { kind: "enqueuedTime", value: 1_700_000_000_000, inclusive: false },
    ],
  ])("reads %s", (text, expected) => {
    const position = parseSelector(`amqp.annotation.${text}`);

    expect(position).toEqual(expected);
  });

  it.each([
    "",
    "true",
    "amqp.annotation.x-opt-offset < '5'",
    "amqp.annotation.x-opt-offset > 'abc'",
    "amqp.annotation.x-opt-offset > ",
    "amqp.annotation.x-opt-offset > '1' OR 1=1",
    "amqp.annotation.x-opt-partition-key > '1'",
  ])("does not guess at %j", (text) => {
    const position = parseSelector(text);

    expect(position).toBeUndefined();
  });
});

import { expect, it } from "vitest";
import { createIncompleteMessages } from "../../../../local/amqp/incompleteMessages.ts";
import { limits } from "../../../../local/amqp/limits.ts";

const MEGABYTE = 1_024 * 1_024;
const refused = expect.objectContaining({ condition: "amqp:link:message-size-exceeded" }) as Error;

it("a connection may hold so much of incomplete messages, and again when they are complete", () => {
  const incomplete = createIncompleteMessages({ bytes: 0 });
  const link = { name: "a" };

  incomplete.add(link, limits.incompleteBytes);
  expect(() => incomplete.add({ name: "b" }, 1)).toThrow(refused);
  incomplete.forget(link);

  expect(() => incomplete.add(link, MEGABYTE)).not.toThrow();
});

it("all connections together may hold so much, and what one that was refused held is free again", () => {
  const all = { bytes: 0 };
  const link = { name: "a" };
  const connections = Array.from({ length: limits.incompleteBytesOfAll / (8 * MEGABYTE) }, () => {
    const incomplete = createIncompleteMessages(all);
    incomplete.add(link, 8 * MEGABYTE);
    return incomplete;
  });
  const another = createIncompleteMessages(all);

  expect(() => another.add(link, 1)).toThrow(refused);
  for (const incomplete of [another, ...connections]) incomplete.forget(link);

  expect(all.bytes).toBe(0);
});

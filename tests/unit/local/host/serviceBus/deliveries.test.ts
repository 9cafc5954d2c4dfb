import type { ServiceBusReceivedMessage, ServiceBusReceiver } from "@azure/service-bus";
import { expect, test } from "vitest";
import {
  createDeliveries,
  UnknownLockTokenError,
} from "../../../../../local/host/serviceBus/deliveries.ts";

const receiver = {} as ServiceBusReceiver;
const message = { lockToken: "A-Token" } as ServiceBusReceivedMessage;
const done = async () => {};

test("a delivery is found by its token, in any case, while a function holds it", () => {
  const deliveries = createDeliveries();
  const delivery = deliveries.add(receiver, message);

  expect(deliveries.get("a-tOKEN")).toBe(delivery);
  deliveries.remove(delivery);
  expect(() => deliveries.get("A-Token")).toThrow(UnknownLockTokenError);
});

test("a second settlement is refused, also while the first is under way", async () => {
  const delivery = createDeliveries().add(receiver, message);
  const first = Promise.withResolvers<void>();
  const settled = delivery.settle("complete", () => first.promise);

  await expect(delivery.settle("complete", done)).rejects.toThrow(UnknownLockTokenError);
  first.resolve();
  await settled;
  expect(delivery.isSettled()).toBe(true);
});

test("a settlement that fails does not count", async () => {
  const delivery = createDeliveries().add(receiver, message);

  await expect(
    delivery.settle("complete", () => Promise.reject(new Error("lost"))),
  ).rejects.toThrow("lost");
  expect(delivery.isSettled()).toBe(false);
  await delivery.settle("complete", done);
  expect(delivery.isSettled()).toBe(true);
});

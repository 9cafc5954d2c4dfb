import { expect, it } from "vitest";
import { entityPath } from "../../../../local/amqp/address.ts";

it.each([
  ["orders", "orders"],
  ["/orders", "orders"],
  ["sb://localhost/orders", "orders"],
  ["amqps://host:5671/Orders/$management", "Orders/$management"],
  [
    "https://host/hub/ConsumerGroups/$Default/Partitions/0",
    "hub/ConsumerGroups/$Default/Partitions/0",
  ],
  ["sb://localhost/", ""],
  ["sb://localhost", ""],
])("finds the entity's path in %o", (address, path) => {
  expect(entityPath(address)).toBe(path);
});

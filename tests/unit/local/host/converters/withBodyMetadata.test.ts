import { expect, test } from "vitest";
import { withBodyMetadata } from "../../../../../local/host/converters/withBodyMetadata.ts";

const metadata = { MessageId: { json: '"real"' }, DeliveryCount: { json: "1" } };

test("a member of the body hides metadata of that name in any case", () => {
  const merged = withBodyMetadata(metadata, '{"messageId":"forged","deliveryCount":99}');

  expect(merged).toEqual({ MessageId: { json: '"forged"' }, DeliveryCount: { string: "99" } });
});

test("objects are added whole, arrays never, and a null takes metadata away", () => {
  const merged = withBodyMetadata(metadata, '{"o":{"x":1},"a":[1],"DeliveryCount":null,"b":true}');

  expect(merged).toEqual({
    MessageId: { json: '"real"' },
    o: { json: '{"x":1}' },
    b: { json: '"True"' },
  });
});

test.each(["plain text", "[1,2]", '{"broken"', '"text"', ""])("%s changes nothing", (body) => {
  expect(withBodyMetadata(metadata, body)).toBe(metadata);
});

import { describe, expect, test } from "vitest";
import { guidFromName, messageIdOf, sha256 } from "../../../../shared/patterns/digest.ts";

test("text and its UTF-8 bytes have one digest", () => {
  expect(sha256("ä")).toBe(sha256(new TextEncoder().encode("ä")));
  // FIPS 180-4, the empty message
  expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

describe("a message id", () => {
  test("is the key itself while a copy's hop number still fits behind it", () => {
    expect(messageIdOf("k".repeat(100))).toBe("k".repeat(100));
  });

  test("is a digest of a longer key, another one for another key", () => {
    expect(messageIdOf("k".repeat(101))).toMatch(/^[0-9a-f]{64}$/);
    expect(messageIdOf("k".repeat(101))).not.toBe(messageIdOf("k".repeat(102)));
  });
});

test("a guid from a name is a version 8 guid, the same one each time", () => {
  const guid = guidFromName("caller and key");

  expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(guidFromName("caller and key")).toBe(guid);
  expect(guidFromName("caller and kex")).not.toBe(guid);
});

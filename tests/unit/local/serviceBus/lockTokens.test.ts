import { describe, expect, it } from "vitest";
import { createLockTokens } from "../../../../local/serviceBus/lockTokens.ts";

describe("lock tokens", () => {
  const tokens = createLockTokens(Buffer.from("00112233445566778899", "hex"));

  it("are told back into the lock they stand for", () => {
    expect(tokens.fromUuid(tokens.toUuid(7))).toBe(7);
    expect(tokens.toUuid(7).toString("hex")).toBe("00112233445566778899000000000007");
  });

  it("have the first three groups reversed in a delivery tag, as a .NET Guid", () => {
    expect(tokens.toDeliveryTag(7).toString("hex")).toBe("33221100554477668899000000000007");
  });

  it("of another queue or run mean nothing", () => {
    expect(tokens.fromUuid(createLockTokens().toUuid(7))).toBeUndefined();
    expect(tokens.fromUuid(Buffer.alloc(3))).toBeUndefined();
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeSettlementRequest,
  MalformedRequestError,
} from "../../../../../local/host/serviceBus/settlementMessages.ts";

test("reads the bytes that Microsoft's .proto gives", () => {
  const bytes = Buffer.from("0a03746f6b1202c1001a050a036261642200", "hex");

  expect(decodeSettlementRequest(bytes)).toEqual({
    lockToken: "tok",
    propertiesToModify: Buffer.from([0xc1, 0x00]),
    reason: "bad",
    description: "",
  });
});

test("what is absent is empty or undefined, unknown fields are skipped", () => {
  const unknown = Buffer.from([0x28, 0x96, 0x01, 0x31, 1, 2, 3, 4, 5, 6, 7, 8, 0x3d, 1, 2, 3, 4]);
  const bytes = Buffer.concat([unknown, Buffer.from("0a0161", "hex")]);

  expect(decodeSettlementRequest(bytes)).toEqual({
    lockToken: "a",
    propertiesToModify: new Uint8Array(),
    reason: undefined,
    description: undefined,
  });
});

test("takes texts longer than a one-byte length", () => {
  const token = "x".repeat(300);
  const bytes = Buffer.concat([Buffer.from([0x0a, 0xac, 0x02]), Buffer.from(token)]);

  expect(decodeSettlementRequest(bytes).lockToken).toBe(token);
});

test("any bytes are a request or are refused as malformed", () => {
  const decode = (bytes: Uint8Array): unknown => {
    try {
      return decodeSettlementRequest(bytes).lockToken;
    } catch (error) {
      return error;
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(decode(bytes)).toSatisfy(
        (result) => typeof result === "string" || result instanceof MalformedRequestError,
      );
    }),
  );
});

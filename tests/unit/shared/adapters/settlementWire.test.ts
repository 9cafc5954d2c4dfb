import { describe, expect, it } from "vitest";
import { settlementAddress } from "../../../../shared/adapters/settlementClient.ts";
import { deadLetterRequest } from "../../../../shared/adapters/settlementWire.ts";

describe("a dead-letter request", () => {
  it("has the bytes of Microsoft's own encoding", () => {
    const bytes = deadLetterRequest("lock", "no-key", "why");

    expect(bytes.toString("hex")).toBe(
      [
        "0a046c6f636b", // 1: "lock"
        "1a080a066e6f2d6b6579", // 3: { 1: "no-key" }
        "22050a03776879", // 4: { 1: "why" }
      ].join(""),
    );
  });

  it("counts UTF-8 bytes and takes more than one byte for long lengths", () => {
    const bytes = deadLetterRequest("l", "é".repeat(100), "");

    expect(bytes.subarray(3, 9).toString("hex")).toBe("1acb010ac801");
  });
});

describe("the address of the Settlement service", () => {
  it.each([
    [["node", "worker.js", "--functions-uri", "http://127.0.0.1:4123"], "127.0.0.1:4123"],
    [["--host", "127.0.0.1", "--port", "4124", "--workerId", "w"], "127.0.0.1:4124"],
    [
      ["--host", "localhost", "--port", "1", "--functions-uri", "http://127.0.0.1:4125/"],
      "127.0.0.1:4125",
    ],
    [["node", "main.js"], undefined],
    [["--host", "127.0.0.1"], undefined],
    [["--functions-uri", "not an address"], undefined],
  ])("is read from %j as %s", (argv, address) => {
    expect(settlementAddress(argv)).toBe(address);
  });
});

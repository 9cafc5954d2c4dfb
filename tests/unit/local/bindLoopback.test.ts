import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { bindLoopback, closeServer } from "../../../local/bindLoopback.ts";

it("listens on this machine's own addresses alone, each at the same port", async () => {
  const { port, servers } = await bindLoopback(() => createServer(), { port: 0 });
  onTestFinished(async () => {
    await Promise.all(servers.map(closeServer));
  });

  const addresses = servers.map((server) => server.address() as AddressInfo);

  expect(addresses[0]).toMatchObject({ address: "127.0.0.1", port });
  // A machine without IPv6 has the first alone.
  expect(["::1", undefined]).toContain(addresses[1]?.address);
  expect(new Set(addresses.map((bound) => bound.port))).toEqual(new Set([port]));
});

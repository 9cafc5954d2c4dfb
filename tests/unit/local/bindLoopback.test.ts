import { createServer } from "node:http";
import { type AddressInfo, Server } from "node:net";
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

/** A server whose port the system refuses, for this reason. */
class Refused extends Server {
  readonly #code: string;

  constructor(code: string) {
    super();
    this.#code = code;
  }

  override listen() {
    const error = Object.assign(new Error(`listen ${this.#code}`), { code: this.#code });
    process.nextTick(() => this.emit("error", error));
    return this;
  }
}

it.each([
  ["EADDRINUSE", "port 80 is already in use"],
  ["EACCES", "port 80 may not be used by this user"],
  ["ENOBUFS", "cannot listen on 127.0.0.1:80: listen ENOBUFS"],
])("a port that is refused with %s is told in one line", async (code, line) => {
  const binding = bindLoopback(() => new Refused(code), { port: 80 });

  await expect(binding).rejects.toThrow(new RegExp(`^${line}$`));
});

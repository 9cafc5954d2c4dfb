import { expect, test } from "vitest";
import type { Host } from "../../../local/hosts.ts";
import { keepUp } from "../../../local/keepUp.ts";

/** A host that ends when it is told to or by itself. */
function fakeHost() {
  const gone = Promise.withResolvers<number | null>();
  const host: Host = {
    info: { port: 7071, url: "http://127.0.0.1:7071", functions: [] },
    pid: 0,
    exited: gone.promise,
    stop: async () => gone.resolve(0),
  };
  return { host, crash: () => gone.resolve(3) };
}

function kept(restart?: () => Promise<Host>) {
  const hosts = [fakeHost()];
  const lines: string[] = [];
  const first = hosts[0]?.host as Host;
  const startAnother = async () => {
    const next = fakeHost();
    hosts.push(next);
    return next.host;
  };
  const print = (line: string) => void lines.push(line);
  const up = keepUp(first, { print, restart: restart ?? startAnother });
  const crash = async () => {
    hosts.at(-1)?.crash();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ...up, hosts, lines, crash };
}

test("a host that ends by itself is started again, three times", async () => {
  const { hosts, lines, crash, ended } = kept();

  for (let count = 0; count < 4; count += 1) await crash();
  await ended;

  expect(hosts).toHaveLength(4);
  expect(lines.at(0)).toBe(
    "the host at http://127.0.0.1:7071 ended with code 3 and is started again",
  );
  expect(lines.at(-1)).toContain("and is not started again");
});

test("stopping stops the one that is up by now, and says nothing", async () => {
  const { hosts, lines, crash, stop } = kept();
  await crash();

  await stop();

  expect(await hosts.at(-1)?.host.exited).toBe(0);
  expect(hosts).toHaveLength(2);
  expect(lines).toHaveLength(1);
});

test("one that is being started while stopping is stopped as well", async () => {
  const starting = Promise.withResolvers<Host>();
  const late = fakeHost();
  const { crash, stop } = kept(() => starting.promise);
  await crash();

  const stopped = stop();
  starting.resolve(late.host);
  await stopped;

  expect(await late.host.exited).toBe(0);
});

test("one that cannot be started again is down for good", async () => {
  const { crash, ended, lines } = kept(async () => {
    throw new Error("port 7071 is already in use");
  });

  await crash();
  await ended;

  expect(lines.at(-1)).toBe("port 7071 is already in use");
});

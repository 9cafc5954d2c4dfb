import { expect, test } from "vitest";
import type { Host } from "../../../local/hosts.ts";
import { keepUp } from "../../../local/keepUp.ts";

const A_MINUTE_MS = 60_000;

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

/** By default its pauses are noted and over at once. */
function kept({
  restart,
  sleep,
}: Partial<Pick<Parameters<typeof keepUp>[1], "restart" | "sleep">> = {}) {
  const first = fakeHost();
  const hosts = [first];
  const lines: string[] = [];
  const pauses: number[] = [];
  let time = 0;
  const startAnother = async () => {
    const next = fakeHost();
    hosts.push(next);
    return next.host;
  };
  const up = keepUp(first.host, {
    print: (line) => void lines.push(line),
    restart: restart ?? startAnother,
    now: () => time,
    sleep: sleep ?? (async (ms) => void pauses.push(ms)),
  });
  /** Every so often, that many times. */
  const crash = async (times = 1, everyMs = 0) => {
    for (let count = 0; count < times; count += 1) {
      time += everyMs;
      hosts.at(-1)?.crash();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ...up, hosts, lines, pauses, crash };
}

test("a host that ends by itself is started again, after pauses that grow up to five seconds", async () => {
  const { hosts, lines, pauses, crash } = kept();

  await crash(8);

  expect(hosts).toHaveLength(9);
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  expect(lines.at(0)).toBe(
    "the host at http://127.0.0.1:7071 ended with code 3 and is started again",
  );
});

test("a host that ends more than fifty times in ten minutes is down for good", async () => {
  const { hosts, lines, crash, ended } = kept();

  await crash(51, A_MINUTE_MS / 10);
  await ended;

  expect(hosts).toHaveLength(51);
  expect(lines.at(-1)).toContain("and is not started again, after 50 times in ten minutes");
});

test("a host that ends now and then is started again for ever, at once", async () => {
  const { hosts, pauses, crash } = kept();

  await crash(200, 10 * A_MINUTE_MS);

  expect(hosts).toHaveLength(201);
  expect(new Set(pauses)).toEqual(new Set([100]));
});

test("stopping stops the one that is up by now, and says nothing", async () => {
  const { hosts, lines, crash, stop } = kept();
  await crash();

  await stop();

  expect(await hosts.at(-1)?.host.exited).toBe(0);
  expect(hosts).toHaveLength(2);
  expect(lines).toHaveLength(1);
});

test("stopping in a pause starts none", async () => {
  const untilStopped = (_ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  const { hosts, crash, stop } = kept({ sleep: untilStopped });
  await crash();

  await stop();

  expect(hosts).toHaveLength(1);
});

test("one that is being started while stopping is stopped as well", async () => {
  const starting = Promise.withResolvers<Host>();
  const late = fakeHost();
  const { crash, stop } = kept({ restart: () => starting.promise });
  await crash();

  const stopped = stop();
  starting.resolve(late.host);
  await stopped;

  expect(await late.host.exited).toBe(0);
});

test("one that cannot be started again is down for good", async () => {
  const { crash, ended, lines } = kept({
    restart: async () => {
      throw new Error("port 7071 is already in use");
    },
  });

  await crash();
  await ended;

  expect(lines.at(-1)).toBe("port 7071 is already in use");
});

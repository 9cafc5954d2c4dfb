import { expect, test } from "vitest";
import { type Host, type HostPlace, startHosts } from "../../../local/hosts.ts";

/** Starts nothing; notes what would be started, and what was stopped again. */
function launcher(refuse: (place: HostPlace) => string | undefined = () => undefined) {
  const places: HostPlace[] = [];
  const stopped: string[] = [];
  const start = async (place: HostPlace): Promise<Host> => {
    places.push(place);
    const reason = refuse(place);
    if (reason !== undefined) throw new Error(reason);
    return {
      info: { port: place.port, url: "", functions: [] },
      pid: 0,
      exited: Promise.resolve(0),
      stop: async () => void stopped.push(place.name),
    };
  };
  return { places, stopped, start };
}

test("one host has the ports given", async () => {
  const { places, start } = launcher();

  await startHosts({ count: 1, port: 7071, inspectPort: 9229 }, start);

  expect(places).toEqual([{ name: "host", port: 7071, inspectPort: 9229 }]);
});

test("others have those that follow, or free ones where these are taken", async () => {
  const { start } = launcher(({ port }) =>
    port === 7072 ? "Functions host: port 7072 is already in use" : undefined,
  );

  const hosts = await startHosts({ count: 3, port: 7071, inspectPort: undefined }, start);

  expect(hosts.map(({ info }) => info.port)).toEqual([7071, 0, 7073]);
});

test("all take free ports where the first does", async () => {
  const { places, start } = launcher();

  await startHosts({ count: 2, port: 0, inspectPort: undefined }, start);

  expect(places.map(({ port }) => port)).toEqual([0, 0]);
});

test("a taken port of the first fails the start", async () => {
  const { start } = launcher(() => "Functions host: port 7071 is already in use");

  const starting = startHosts({ count: 1, port: 7071, inspectPort: undefined }, start);

  await expect(starting).rejects.toThrow("port 7071 is already in use");
});

test("when one cannot start the others are stopped again", async () => {
  const { start, stopped } = launcher(({ name }) => (name === "host 3" ? "broken" : undefined));

  const starting = startHosts({ count: 3, port: 0, inspectPort: undefined }, start);

  await expect(starting).rejects.toThrow("broken");
  expect(stopped).toEqual(["host 1", "host 2"]);
});

test.each([0, 17, -1])("%i hosts are refused", async (count) => {
  const { start } = launcher();

  await expect(startHosts({ count, port: 0, inspectPort: undefined }, start)).rejects.toThrow(
    "--hosts takes 1 to 16",
  );
});

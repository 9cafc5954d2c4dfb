import { join } from "node:path";
import { expect, test } from "vitest";
import { hostId } from "../../../../local/host/hostId.ts";

const here = import.meta.dirname;

test("all hosts of one app have the same id, those of another have not", () => {
  const id = hostId(here, {});

  expect(id).toMatch(/^local-[0-9a-f]{16}$/);
  expect(hostId(join(here, "http", ".."), {})).toBe(id);
  expect(hostId(join(here, "http"), {})).not.toBe(id);
});

test("a setting overrides it", () => {
  expect(hostId(here, { AzureFunctionsWebHost__hostid: "chosen" })).toBe("chosen");
});

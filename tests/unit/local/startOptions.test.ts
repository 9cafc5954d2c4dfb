import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readStartOptions } from "../../../local/startOptions.ts";

let appDirectory: string;
beforeEach(async () => {
  appDirectory = await mkdtemp(join(tmpdir(), "start-options-"));
});
afterEach(async () => {
  await rm(appDirectory, { recursive: true });
});

const theFileSays = (content: object) =>
  writeFile(join(appDirectory, "local.settings.json"), JSON.stringify(content));

test("the host's port and the order's table are what local.settings.json says", async () => {
  await theFileSays({ Values: { ORDER_TABLE: "contoso_order" }, Host: { LocalHttpPort: 7099 } });

  const options = await readStartOptions(appDirectory, [], {});

  expect(options).toMatchObject({ hostPort: 7099, orderTable: "contoso_order" });
});

test("the command line and the environment win over local.settings.json", async () => {
  await theFileSays({ Values: { ORDER_TABLE: "contoso_order" }, Host: { LocalHttpPort: 7099 } });

  const env = { ORDER_TABLE: "salesorder" };
  const options = await readStartOptions(appDirectory, ["--host-port", "8080"], env);

  expect(options).toMatchObject({ hostPort: 8080, orderTable: "salesorder" });
});

test("without a word of it they are 7071 and salesorder", async () => {
  const options = await readStartOptions(appDirectory, [], {});

  expect(options).toMatchObject({ hostPort: 7071, orderTable: "salesorder" });
});

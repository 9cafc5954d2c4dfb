import { describe, expect, test } from "vitest";
import { readOptions } from "../../../local/options.ts";

const options = {
  amqpPort: { default: 5672, help: "where to listen" },
  hosts: { default: 1, help: "how many" },
  noAuth: { default: false, help: "ask for no keys" },
  state: { default: "here", help: "folder" },
  masterKey: { default: undefined, help: "random where absent" },
} as const;

const read = (args: string[], env: Record<string, string> = {}) => readOptions(options, args, env);

test("an option that nobody gives has its default", () => {
  expect(read([])).toEqual({
    amqpPort: 5672,
    hosts: 1,
    noAuth: false,
    state: "here",
    masterKey: undefined,
  });
});

test("every option is an environment variable as well", () => {
  const env = { AMQP_PORT: "5673", HOSTS: "2", NO_AUTH: "1", STATE: "there", MASTER_KEY: "k" };

  expect(read([], env)).toEqual({
    amqpPort: 5673,
    hosts: 2,
    noAuth: true,
    state: "there",
    masterKey: "k",
  });
});

test("the command line wins over the environment", () => {
  const args = ["--amqp-port", "5674", "--no-auth", "--state", "elsewhere"];
  const env = { AMQP_PORT: "5673", NO_AUTH: "false", STATE: "there" };

  expect(read(args, env)).toMatchObject({ amqpPort: 5674, noAuth: true, state: "elsewhere" });
});

test.each([
  ["1", true],
  ["true", true],
  ["YES", true],
  ["0", false],
  ["false", false],
  ["", false],
])("a switch that the environment sets to '%s' is %s", (value, isOn) => {
  expect(read([], { NO_AUTH: value }).noAuth).toBe(isOn);
});

describe("a wrong option is told by its name:", () => {
  test.each(["x", "", "1.5", "-1", "65536"])("a port that is '%s'", (value) => {
    const refused = `--amqp-port takes a whole number from 0 to 65535, not "${value}"`;

    expect(() => read([], { AMQP_PORT: value })).toThrow(refused);
    expect(() => read([`--amqp-port=${value}`])).toThrow(refused);
  });

  test("a number that is none", () => {
    expect(() => read(["--hosts", "two"])).toThrow("--hosts takes a whole number from 0 to");
  });

  test("one that does not exist, with those that do", () => {
    expect(() => read(["--nonsense"])).toThrow(/--nonsense[^]*--amqp-port {2}where to listen/);
  });
});

import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HostChild, startHostChild } from "./startHostChild.ts";

let host: HostChild;
beforeAll(async () => {
  host = await startHostChild("http", { settings: { GREETING: "overridden" } });
});
afterAll(async () => {
  await host.stop();
});

const url = (path: string) => `${host.info.url}/api/${path}`;
const functionKey = { "x-functions-key": "the-function-key" };
const masterKey = { "x-functions-key": "the-master-key" };

type Echo = {
  method: string;
  url: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  params: Record<string, string>;
  body: string;
};

describe("a request's way to the function", () => {
  test("brings method, address, joined query, parameters, headers and body", async () => {
    const response = await fetch(url("echo/7/x%2Fy?q=a&q=b&empty="), {
      method: "POST",
      headers: { ...functionKey, "X-Mixed-Case": "kept" },
      body: "the body",
    });

    const echo = (await response.json()) as Echo;
    expect(echo).toMatchObject({
      method: "POST",
      url: url("echo/7/x%2Fy?q=a&q=b&empty="),
      query: { q: "a,b", empty: "" },
      params: { id: "7", rest: "x/y" },
      body: "the body",
    });
    expect(echo.headers["x-mixed-case"]).toBe("kept");
  });

  test("drops client principal headers", async () => {
    const response = await fetch(url("echo/7"), {
      headers: {
        ...functionKey,
        "x-ms-client-principal": "e30=",
        "X-MS-Client-Principal-Name": "x",
      },
    });

    const { headers } = (await response.json()) as Echo;
    expect(Object.keys(headers).filter((name) => name.includes("principal"))).toEqual([]);
  });

  test("takes a body of several megabytes", async () => {
    const body = "x".repeat(5_000_000);

    const response = await fetch(url("echo/1"), { method: "POST", headers: functionKey, body });

    expect(((await response.json()) as Echo).body.length).toBe(body.length);
  });

  test("refuses a body announced as too long before it is sent", async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(url("echo/1"), {
        method: "POST",
        headers: { ...functionKey, "content-length": "104857601" },
      });
      request.on("response", (response) => {
        response.resume();
        resolve(response.statusCode);
        request.destroy();
      });
      request.on("error", reject);
      request.flushHeaders();
    });

    expect(status).toBe(413);
  });

  test.each([
    ["a route that nobody has", "GET", "nowhere"],
    ["a value that its constraint refuses", "GET", "echo/seven"],
    ["a method that the function has not", "DELETE", "echo/7"],
    ["a malformed escape", "GET", "echo/%E0%A4%A"],
  ])("answers 404 to %s", async (_case, method, path) => {
    const response = await fetch(url(path), { method, headers: masterKey });

    expect(response.status).toBe(404);
  });

  test("is the same on IPv6", async () => {
    const response = await fetch(`http://[::1]:${host.info.port}/api/open`);

    expect(response.status).toBe(201);
  });
});

describe("keys", () => {
  test.each([
    ["no key", "echo/1", {}],
    ["a wrong key", "echo/1", { "x-functions-key": "wrong" }],
    [
      "a wrong header beside a right query",
      "echo/1?code=the-function-key",
      { "x-functions-key": "x" },
    ],
    ["the function key where the master key is asked for", "master", functionKey],
  ])("%s is 401", async (_case, path, headers) => {
    const response = await fetch(url(path), { headers: headers as Record<string, string> });

    expect(response.status).toBe(401);
  });

  test.each([
    ["the function key", "echo/1", functionKey],
    ["the master key", "echo/1", masterKey],
    ["the key in the query", "echo/1?code=the-function-key", {}],
    ["the master key for level admin", "master", masterKey],
  ])("%s is let through", async (_case, path, headers) => {
    const response = await fetch(url(path), { headers: headers as Record<string, string> });

    expect(response.status).toBe(200);
  });
});

describe("the function's answer", () => {
  test("is sent with status, headers, cookies and body", async () => {
    const response = await fetch(url("open"));

    expect(response.status).toBe(201);
    expect(response.headers.get("x-answer")).toBe("yes");
    expect(response.headers.get("set-cookie")).toBe("a=b%20c; max-age=60; httponly");
    expect(await response.text()).toBe("héllo");
  });

  test("has no body for HEAD", async () => {
    const response = await fetch(url("echo/1"), { method: "HEAD", headers: functionKey });

    expect(response.status).toBe(200);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(0);
    expect(await response.text()).toBe("");
  });

  test("is 204 when the handler returns nothing, and hooks run before", async () => {
    const response = await fetch(url("nothing"));

    expect(response.status).toBe(204);
    expect(await host.seenAtLeast(1, "hook")).toHaveLength(1);
  });

  test.each(["bad", "throws"])("is 500 without details for a handler that is %s", async (path) => {
    const response = await fetch(url(path));

    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
  });

  test("is 500 when the function's time is over", async () => {
    const response = await fetch(url("hangs"));

    expect(response.status).toBe(500);
  });
});

describe("settings and admin API", () => {
  test("the sample's values serve where local.settings.json is absent, overrides win", async () => {
    const response = await fetch(url("settings"));

    expect(await response.json()).toEqual({ greeting: "overridden", sample: "yes" });
  });

  test("lists the functions to the master key only", async () => {
    const refused = await fetch(`${host.info.url}/admin/functions`, { headers: functionKey });
    const listed = await fetch(`${host.info.url}/admin/functions`, { headers: masterKey });

    expect(refused.status).toBe(401);
    expect(await listed.json()).toEqual(host.info.functions);
    expect(host.info.functions).toContainEqual({
      name: "echo",
      trigger: "httpTrigger",
      route: "/api/echo/{id:int}/{rest?}",
      methods: ["GET", "POST", "HEAD"],
      authLevel: "function",
    });
  });

  test("describes one function, whatever the case of its name, and says that it is well", async () => {
    const get = async (path: string) => {
      const response = await fetch(`${host.info.url}/admin/functions/${path}`, {
        headers: masterKey,
      });
      return {
        status: response.status,
        body: await response.json().catch(() => null),
      };
    };

    expect(await get("ECHO")).toMatchObject({ status: 200, body: { name: "echo" } });
    expect(await get("echo/status")).toEqual({ status: 200, body: { errors: null } });
    expect(await get("nobody")).toMatchObject({ status: 404 });
    expect(await get("nobody/status")).toMatchObject({ status: 404 });
  });

  test.each([
    ["POST", "host/drain"],
    ["GET", "host/drain/status"],
    ["POST", "host/resume"],
    ["GET", "functions/echo"],
    ["GET", "functions/echo/status"],
  ])("%s /admin/%s asks for the master key", async (method, path) => {
    const response = await fetch(`${host.info.url}/admin/${path}`, {
      method,
      headers: functionKey,
    });

    expect(response.status).toBe(401);
  });

  test("tells that it runs", async () => {
    const ping = await fetch(`${host.info.url}/admin/host/ping`);
    const status = await fetch(`${host.info.url}/admin/host/status`, { headers: masterKey });

    expect(ping.status).toBe(200);
    expect(await status.json()).toMatchObject({ state: "Running" });
  });
});

describe("start and stop", () => {
  test("lets requests in flight end and exits with 0", async () => {
    const other = await startHostChild("http", { functions: ["slow"] });
    const answer = fetch(`${other.info.url}/api/slow`);
    await other.seenAtLeast(1, "slow");

    const code = await other.stop();

    expect(code).toBe(0);
    expect(await (await answer).text()).toBe("done");
    expect(other.info.functions.map(({ name }) => name)).toEqual(["slow"]);
  });

  test("refuses a port that is taken in one line", async () => {
    const second = startHostChild("http", { port: host.info.port });

    await expect(second).rejects.toThrow(`port ${host.info.port} is already in use`);
  });

  test("asks for no keys when told so", async () => {
    const open = await startHostChild("http", { noAuth: true, functions: ["master"] });

    const response = await fetch(`${open.info.url}/api/master`);

    expect(response.status).toBe(200);
    await open.stop();
  });
});

import { expect, test } from "vitest";
import { createRouteTable, type HttpFunction } from "../../../../../local/host/http/routeTable.ts";

const fn = (name: string, route: string, methods = ["GET"]): HttpFunction => ({
  name,
  bindingName: "trigger",
  metadata: { name, bindings: {} },
  callback: () => undefined,
  trigger: { type: "http", route, methods, authLevel: "anonymous" },
});

test("the most precise route wins, whatever the order of registration", () => {
  const table = createRouteTable(
    [fn("all", "{*rest}"), fn("one", "orders/{id}"), fn("new", "orders/new")],
    "api",
  );

  expect(table.find("GET", "/api/orders/new")?.fn.name).toBe("new");
  expect(table.find("GET", "/api/orders/7/")).toMatchObject({
    fn: { name: "one" },
    parameters: { id: "7" },
  });
  expect(table.find("GET", "/api/else/where")?.fn.name).toBe("all");
  expect(table.find("POST", "/api/orders/7")).toBeUndefined();
  expect(table.find("GET", "/orders/7")).toBeUndefined();
});

test("the same route may have another function for another method", () => {
  const table = createRouteTable([fn("read", "x", ["GET"]), fn("write", "x", ["POST"])], "");

  expect(table.find("POST", "/x")?.fn.name).toBe("write");
});

test("two functions for one route and method are refused by name", () => {
  const create = () => createRouteTable([fn("a", "x/{id}"), fn("b", "X/{other}")], "api");

  expect(create).toThrow(
    "The 'b' function is in error: The route specified conflicts with the route defined by function 'a'.",
  );
});

test("the host's own routes are refused", () => {
  expect(() => createRouteTable([fn("a", "admin/x")], "")).toThrow("built in routes");
});

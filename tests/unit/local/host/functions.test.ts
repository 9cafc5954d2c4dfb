import { describe, expect, test } from "vitest";
import { hostedFunction, isEnabled } from "../../../../local/host/functions.ts";
import type { Binding } from "../../../../local/host/functionsCore.ts";

const settings = { BUS: "Endpoint=sb://localhost;SharedAccessKey=x", QUEUE: "orders" };

function hosted(binding: Record<string, unknown> & { type: string }, extra = {}) {
  const trigger = { direction: "in", ...binding } as Binding;
  const metadata = { name: "f", bindings: { trigger, ...extra } };
  return hostedFunction({ metadata, callback: () => undefined }, settings).trigger;
}

describe("triggers", () => {
  test("HTTP: the route is the function's name unless given", () => {
    const http = { type: "httpTrigger", methods: ["get"], authLevel: "anonymous" };

    expect(hosted(http)).toMatchObject({ type: "http", route: "f", methods: ["GET"] });
    expect(hosted({ ...http, route: "/a/{id}/" })).toMatchObject({ route: "a/{id}" });
  });

  test.each([
    ["%QUEUE%", false],
    ["orders/$DeadLetterQueue", true],
  ])("Service Bus queue %s", (queueName, deadLetter) => {
    expect(hosted({ type: "serviceBusTrigger", connection: "BUS", queueName })).toMatchObject({
      entity: { queue: "orders" },
      deadLetter,
      cardinality: "one",
      dataType: "string",
    });
  });

  test("Service Bus subscription", () => {
    const binding = { connection: "BUS", topicName: "t", subscriptionName: "s/$deadletterqueue" };

    expect(hosted({ type: "serviceBusTrigger", ...binding })).toMatchObject({
      entity: { topic: "t", subscription: "s" },
      deadLetter: true,
    });
  });

  test("Event Hubs: the default consumer group", () => {
    expect(
      hosted({
        type: "eventHubTrigger",
        connection: "BUS",
        eventHubName: "h",
        cardinality: "many",
      }),
    ).toMatchObject({ hub: "h", consumerGroup: "$Default", cardinality: "many" });
  });

  test.each([
    [{ type: "serviceBusTrigger", connection: "BUS" }, "'queueName' is missing"],
    [{ type: "serviceBusTrigger", connection: "NONE", queueName: "q" }, "'NONE' does not exist"],
    [
      { type: "serviceBusTrigger", connection: "BUS", queueName: "%NO%" },
      "'%NO%' does not resolve",
    ],
    [
      { type: "serviceBusTrigger", connection: "BUS", queueName: "q", isSessionsEnabled: true },
      "sessions are not supported",
    ],
    [{ type: "blobTrigger", path: "x" }, "trigger type 'blobTrigger' is not supported"],
    [{ type: "timerTrigger" }, "'schedule' is missing"],
  ])("%j is refused", (binding, message) => {
    expect(() => hosted(binding)).toThrow(message);
  });

  test("an output binding is refused rather than ignored", () => {
    const http = { type: "httpTrigger", methods: ["GET"], authLevel: "anonymous" };

    expect(() => hosted(http, { out: { type: "queue", direction: "out" } })).toThrow(
      "The 'f' function is in error: binding 'out' of type 'queue' is not supported here.",
    );
  });
});

test.each([
  [{}, undefined, true],
  [{ "AzureWebJobs.f.Disabled": "true" }, undefined, false],
  [{ "AzureWebJobs.f.Disabled": "false" }, undefined, true],
  [{ AzureWebJobs_f_Disabled: "1" }, undefined, false],
  [{}, [], true],
  [{}, ["F", "g"], true],
  [{}, ["g"], false],
])("with %j and the filter %j enabled is %s", (env, filter, expected) => {
  expect(isEnabled("f", env as Record<string, string>, filter)).toBe(expected);
});

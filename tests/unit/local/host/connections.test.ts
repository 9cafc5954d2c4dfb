import { expect, test } from "vitest";
import { findConnection } from "../../../../local/host/connections.ts";

const endpoint = "Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=secret";

test.each([
  ["AzureWebJobsBUS", { AzureWebJobsBUS: endpoint, BUS: "Endpoint=sb://other" }],
  ["the name itself", { BUS: endpoint }],
  ["the connection strings", { "ConnectionStrings:BUS": endpoint }],
])("a connection string is found under %s", (_where, settings) => {
  expect(findConnection("Service Bus", "BUS", settings)).toEqual({
    kind: "connectionString",
    connectionString: endpoint,
  });
});

test("a section of settings is an identity", () => {
  const settings = { BUS__fullyQualifiedNamespace: "x.servicebus.windows.net", BUS__clientId: "c" };

  expect(findConnection("Service Bus", "BUS", settings)).toMatchObject({
    kind: "identity",
    endpoint: "x.servicebus.windows.net",
    clientId: "c",
  });
});

test("a storage account's name is enough", () => {
  const settings = { AzureWebJobsStorage__accountName: "acc" };

  expect(findConnection("Storage", "Storage", settings)).toMatchObject({
    endpoint: "https://acc.blob.core.windows.net",
  });
});

test("a missing one is reported in the real host's words", () => {
  expect(() => findConnection("Service Bus", "BUS", {})).toThrow(
    "Service Bus connection 'BUS' does not exist. Make sure that it is a defined App Setting.",
  );
});

test("no message shows a secret", () => {
  const misplaced = () => findConnection("Service Bus", endpoint, {});
  const malformed = () => findConnection("Service Bus", "BUS", { BUS: "hunter2" });

  expect(misplaced).toThrow("'[Hidden Credential]'");
  expect(malformed).toThrow("Service Bus connection 'BUS' is no connection string.");
});

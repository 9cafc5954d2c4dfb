import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { startFaultProxy } from "../../support/faultProxy.ts";
import type { Column } from "../executor.ts";
import { versionsOf } from "../versions.ts";
import { holdMachineClock } from "./machineClock.ts";
import { createPowertoolsExecutor, type PowertoolsOptions } from "./powertoolsExecutor.ts";

const TABLE = "idempotency";

/** Powertools over its DynamoDB layer, here dynalite behind a fault proxy, with the client's own settings. */
export async function openDynamo(wrapper: PowertoolsOptions["wrapper"]): Promise<Column> {
  const server = dynalite({ createTableMs: 0 });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const proxy = await startFaultProxy(`http://127.0.0.1:${port}`);
  const client = new DynamoDBClient({
    endpoint: proxy.url,
    region: "local",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  const clock = holdMachineClock();
  const newLayer = () => new DynamoDBPersistenceLayer({ tableName: TABLE, awsSdkV3Client: client });

  return {
    name: `Powertools ${wrapper}, DynamoDB`,
    versions: versionsOf(
      "@aws-lambda-powertools/idempotency",
      "@aws-sdk/client-dynamodb",
      "dynalite",
      ...(wrapper === "middleware" ? ["@middy/core"] : []),
    ),
    worker: (options) => createPowertoolsExecutor({ ...options, wrapper, newLayer }),
    advance: clock.advance,
    storeCalls: () => proxy.requests.length,
    loseNextAnswer: () => proxy.inject("POST", "lose-answer"), // all of its requests are
    close: async () => {
      clock.release();
      client.destroy();
      await proxy.stop();
      server.close();
      await once(server, "close");
    },
  };
}

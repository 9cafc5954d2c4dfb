import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { FromChild } from "../../../local/child.ts";
import type { BrokerPorts } from "../../../local/startBroker.ts";
import { emulatorConnectionString } from "../../support/startBroker.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const ANSWERS_WITHIN_MS = 5_000;
/** What `serve` answers while all is well. */
export const SERVED = "still here";

/**
 * A broker in a process of its own, so that one that dies, hangs or eats memory shows. After each test it
 * has to be alive, to have printed no word of complaint, and to serve an honest client within a few seconds.
 */
export function useBrokerProcess() {
  let child: ChildProcess | undefined;
  let ports: BrokerPorts | undefined;
  const complaints: string[] = [];

  beforeAll(async () => {
    child = fork(path("../../../local/broker.ts"), { execArgv: [], silent: true });
    child.stderr?.on("data", (chunk: Buffer) => complaints.push(chunk.toString()));
    child.stdout?.resume();
    child.send({
      type: "start",
      options: {
        amqpPort: 0,
        adminPort: 0,
        serviceBusConfig: path("../serviceBus/service-bus.json"),
        eventHubsConfig: path("../../../infra/entities/event-hubs.json"),
      },
    });
    const [answer] = (await once(child, "message")) as [FromChild<BrokerPorts>];
    if (answer.type === "failed") throw new Error(answer.message);
    ports = answer.info;
  });
  afterAll(() => child?.kill("SIGKILL"));

  const thePorts = () => {
    if (!ports) throw new Error("the broker has not started");
    return ports;
  };
  const adminUrl = () => `http://127.0.0.1:${thePorts().adminPort}`;

  /** Answers what an honest client gets to read; throws when the broker is gone or too slow. */
  const serve = async (): Promise<unknown> => {
    if (child?.exitCode !== null) throw new Error(`the broker has died\n${complaints.join("")}`);
    await fetch(`${adminUrl()}/health`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    const client = new ServiceBusClient(emulatorConnectionString(thePorts().amqpPort), {
      retryOptions: { maxRetries: 0, timeoutInMs: ANSWERS_WITHIN_MS },
    });
    try {
      await client.createSender("conformance-expiring").sendMessages({ body: SERVED });
      const [message] = await client
        .createReceiver("conformance-expiring", { receiveMode: "receiveAndDelete" })
        .receiveMessages(1, { maxWaitTimeInMs: ANSWERS_WITHIN_MS });
      return message?.body;
    } finally {
      await client.close();
    }
  };
  afterEach(async () => {
    expect(await serve()).toBe(SERVED);
    expect(complaints).toEqual([]);
    await fetch(`${adminUrl()}/reset`, { method: "POST" });
  });

  return {
    amqpPort: () => thePorts().amqpPort,
    adminUrl,
    serve,
    pid: () => child?.pid ?? 0,
  };
}

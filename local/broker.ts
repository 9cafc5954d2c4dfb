import { serveChild } from "./child.ts";
import { readEntities } from "./entities.ts";
import { type BrokerPorts, startBroker } from "./startBroker.ts";

type Options = BrokerPorts & {
  readonly serviceBusConfig: string;
  readonly eventHubsConfig: string;
  readonly address?: string;
};

/** The emulator's process: what it cannot read or listen on fails the start with one line. */
serveChild(async ({ amqpPort, adminPort, address, ...files }: Options) =>
  startBroker({ amqpPort, adminPort, address, ...readEntities(files), log: debug }),
);

/** Protocol slips of a client are its own affair, so they show only with NODE_DEBUG=broker. */
function debug(event: string, details: Readonly<Record<string, unknown>>): void {
  if (process.env["NODE_DEBUG"]?.includes("broker")) {
    process.stderr.write(`${event} ${format(details)}\n`);
  }
}

function format(details: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(details, (_key, value: unknown) =>
    value instanceof Error ? (value.stack ?? value.message) : value,
  );
}

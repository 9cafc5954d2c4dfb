import { serveChild } from "./child.ts";
import { readEntities } from "./entities.ts";
import { type BrokerOptions, type BrokerPorts, startBroker } from "./startBroker.ts";

type Options = BrokerPorts &
  Pick<BrokerOptions, "retention" | "state"> & {
    readonly serviceBusConfig: string;
    readonly eventHubsConfig: string;
    readonly address?: string;
  };

/** The emulator's process: what it cannot read or listen on fails the start with one line. */
serveChild(async ({ serviceBusConfig, eventHubsConfig, ...options }: Options) =>
  startBroker({
    ...options,
    ...readEntities({ serviceBusConfig, eventHubsConfig }),
    log: debug,
    warn,
  }),
);

/** Protocol slips of a client are its own affair, so they show only with NODE_DEBUG=broker. */
function debug(event: string, details: Readonly<Record<string, unknown>>): void {
  if (process.env["NODE_DEBUG"]?.includes("broker")) {
    warn(event, details);
  }
}

function warn(event: string, details: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${event} ${format(details)}\n`);
}

function format(details: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(details, (_key, value: unknown) =>
    value instanceof Error ? (value.stack ?? value.message) : value,
  );
}

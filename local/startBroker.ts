import { AmqpError } from "./amqp/amqpError.ts";
import { listenAmqp } from "./amqp/listener.ts";
import { serveBrokerAdmin } from "./brokerAdmin.ts";
import { createEventHubs } from "./eventHubs/emulator.ts";
import type { HubDescription } from "./eventHubs/hubDescription.ts";
import { type FaultTargets, readArguments } from "./faults/fault.ts";
import { faults } from "./faults/faults.ts";
import { createServiceBus } from "./serviceBus/emulator.ts";
import type { QueueDescription } from "./serviceBus/queueDescription.ts";

export type BrokerOptions = {
  /** 0 takes a free port. */
  readonly amqpPort: number;
  readonly adminPort: number;
  /** The one address to listen on; both loopback addresses where absent. */
  readonly address?: string | undefined;
  readonly queues: readonly QueueDescription[];
  readonly hubs: readonly HubDescription[];
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
};

export type BrokerPorts = { readonly amqpPort: number; readonly adminPort: number };

export type RunningBroker = { readonly info: BrokerPorts; readonly stop: () => Promise<void> };

/** Service Bus and Event Hubs of one namespace on one AMQP port, with an HTTP port to look inside. */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const { queues, hubs, address, log } = options;
  const now = Date.now;
  const serviceBus = createServiceBus({ queues, now });
  const eventHubs = createEventHubs({ hubs, now, log });

  const services = [serviceBus, eventHubs];
  const amqp = await listenAmqp({ port: options.amqpPort, address, services, log });
  const targets: FaultTargets = {
    queue: serviceBus.find,
    partition: eventHubs.partition,
    detach: (at) =>
      amqp.detach(at, new AmqpError("amqp:link:detach-forced", "Detached on request.")),
    cutConnections: amqp.cut,
  };
  try {
    const admin = await serveBrokerAdmin({
      port: options.adminPort,
      address,
      entities: () => ({ queues: serviceBus.entities(), hubs: eventHubs.entities() }),
      fault: (name, json) => faults.get(name)?.(targets, readArguments(json)),
      reset: () => {
        serviceBus.reset();
        eventHubs.reset();
      },
    });
    return {
      info: { amqpPort: amqp.port, adminPort: admin.port },
      stop: async () => {
        serviceBus.close();
        await Promise.all([amqp.close(), admin.close()]);
      },
    };
  } catch (error) {
    await amqp.close();
    throw error;
  }
}

import { AmqpError } from "./amqp/amqpError.ts";
import { listenAmqp } from "./amqp/listener.ts";
import { serveBrokerAdmin } from "./brokerAdmin.ts";
import { type BrokerState, type BrokerStateOptions, openBrokerState } from "./brokerState.ts";
import { createEventHubs, type EventHubs } from "./eventHubs/emulator.ts";
import type { HubDescription } from "./eventHubs/hubDescription.ts";
import type { Retention } from "./eventHubs/partition.ts";
import { type FaultTargets, readArguments } from "./faults/fault.ts";
import { faults } from "./faults/faults.ts";
import { createServiceBus, type ServiceBus } from "./serviceBus/emulator.ts";
import type { QueueDescription } from "./serviceBus/queueDescription.ts";
import { withFreshOffer } from "./state/freshOffer.ts";

export type BrokerOptions = {
  /** 0 takes a free port. */
  readonly amqpPort: number;
  readonly adminPort: number;
  /** The one address to listen on; both loopback addresses where absent. */
  readonly address?: string | undefined;
  readonly queues: readonly QueueDescription[];
  readonly hubs: readonly HubDescription[];
  /** How much of a hub is kept. */
  readonly retention?: Partial<Retention> | undefined;
  /** Where messages and events outlive the process; in memory only where absent. */
  readonly state?: BrokerStateOptions | undefined;
  readonly log: Log;
  /** Hears what a person should see; `log` where absent. */
  readonly warn?: Log | undefined;
};

type Log = (event: string, details: Readonly<Record<string, unknown>>) => void;

export type BrokerPorts = { readonly amqpPort: number; readonly adminPort: number };

export type RunningBroker = { readonly info: BrokerPorts; readonly stop: () => Promise<void> };

/** Service Bus and Event Hubs of one namespace on one AMQP port, with an HTTP port to look inside. */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const { queues, hubs, log, warn = log, retention } = options;
  const now = Date.now;
  let state: BrokerState | undefined;
  try {
    state = options.state && openBrokerState(options.state, { hubs, log: warn });
    const serviceBus = createServiceBus({ queues, now, stores: state?.queues, log: warn });
    const eventHubs = createEventHubs({ hubs, now, retention, stores: state?.hubs, log });
    return await serve(options, { serviceBus, eventHubs, state });
  } catch (error) {
    state?.close();
    throw withFreshOffer(error);
  }
}

async function serve(
  { address, log, ...ports }: BrokerOptions,
  {
    serviceBus,
    eventHubs,
    state,
  }: {
    readonly serviceBus: ServiceBus;
    readonly eventHubs: EventHubs;
    readonly state: BrokerState | undefined;
  },
): Promise<RunningBroker> {
  const amqp = await listenAmqp({
    port: ports.amqpPort,
    address,
    services: [serviceBus, eventHubs],
    beforeWrite: state?.commit,
    log,
  });
  const targets: FaultTargets = {
    queue: serviceBus.find,
    partition: eventHubs.partition,
    detach: (at) =>
      amqp.detach(at, new AmqpError("amqp:link:detach-forced", "Detached on request.")),
    cutConnections: amqp.cut,
  };
  try {
    const admin = await serveBrokerAdmin({
      port: ports.adminPort,
      address,
      entities: () => ({ queues: serviceBus.entities(), hubs: eventHubs.entities() }),
      operations: () => ({ queues: serviceBus.operations() }),
      fault: (name, json) => faults.get(name)?.(targets, readArguments(json)),
      reset: (name) => {
        const found = [serviceBus.reset(name), eventHubs.reset(name)];
        state?.commit();
        return found.includes(true);
      },
    });
    return {
      info: { amqpPort: amqp.port, adminPort: admin.port },
      stop: async () => {
        serviceBus.close();
        eventHubs.close();
        await Promise.all([amqp.close(), admin.close()]);
        state?.close();
      },
    };
  } catch (error) {
    await amqp.close();
    throw error;
  }
}

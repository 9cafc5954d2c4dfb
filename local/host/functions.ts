import { type Connection, findConnection } from "./connections.ts";
import type { Binding, RegisteredFunction } from "./functionsCore.ts";
import { resolveNames, type Settings } from "./settings.ts";
import { StartUpError } from "./startUpError.ts";

/** A registered function whose trigger's options are checked and whose settings are resolved. */
export type HostedFunction<T extends Trigger = Trigger> = RegisteredFunction & {
  readonly name: string;
  /** The name under which the trigger's input goes to the library. */
  readonly bindingName: string;
  readonly trigger: T;
};

export type AuthLevel = "anonymous" | "function" | "admin";

export type HttpTrigger = {
  readonly type: "http";
  readonly route: string;
  readonly methods: readonly string[];
  readonly authLevel: AuthLevel;
};

export type ServiceBusTrigger = {
  readonly type: "serviceBus";
  readonly connectionName: string;
  readonly connection: Connection;
  readonly entity:
    | { readonly queue: string }
    | { readonly topic: string; readonly subscription: string };
  readonly deadLetter: boolean;
  readonly cardinality: Cardinality;
  readonly dataType: DataType;
  /** The function's own choice; host.json rules where it makes none. */
  readonly autoComplete: boolean | undefined;
};

export type EventHubTrigger = {
  readonly type: "eventHub";
  readonly connection: Connection;
  readonly hub: string;
  readonly consumerGroup: string;
  readonly cardinality: Cardinality;
  readonly dataType: DataType;
};

export type TimerTrigger = {
  readonly type: "timer";
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
};

/** A queue of Azure Storage. */
export type QueueTrigger = {
  readonly type: "queue";
  readonly connection: Connection;
  readonly queueName: string;
  readonly cardinality: "one";
  readonly dataType: DataType;
};

export type Trigger =
  | HttpTrigger
  | ServiceBusTrigger
  | EventHubTrigger
  | TimerTrigger
  | QueueTrigger;
export type Cardinality = "one" | "many";
export type DataType = "string" | "binary";

/**
 * Checks a registered function as the real host does at start-up. Throws where it would report an error,
 * and for what this host does not offer, so that nothing is ignored in silence.
 */
export function hostedFunction(registered: RegisteredFunction, settings: Settings): HostedFunction {
  const { name, bindings } = registered.metadata;
  try {
    const [bindingName, binding] = onlyTrigger(bindings);
    return { ...registered, name, bindingName, trigger: readTrigger(name, binding, settings) };
  } catch (error) {
    if (!(error instanceof StartUpError)) throw error;
    throw new StartUpError(`The '${name}' function is in error: ${error.message}`);
  }
}

function onlyTrigger(bindings: Readonly<Record<string, Binding>>): [string, Binding] {
  let trigger: [string, Binding] | undefined;
  for (const [name, binding] of Object.entries(bindings)) {
    if (binding.direction === "in" && binding.type.endsWith("Trigger")) trigger = [name, binding];
    else if (name !== "$return" || binding.type !== "http") {
      throw new StartUpError(`binding '${name}' of type '${binding.type}' is not supported here.`);
    }
  }
  if (trigger === undefined) throw new StartUpError("it has no trigger.");
  return trigger;
}

function readTrigger(name: string, binding: Binding, settings: Settings): Trigger {
  const text = (key: string) => {
    const value = binding[key];
    return typeof value === "string" ? resolveNames(value, settings) : undefined;
  };
  const required = (key: string) => {
    const value = text(key);
    if (!value) throw new StartUpError(`'${key}' is missing.`);
    return value;
  };
  const flag = (key: string) => (typeof binding[key] === "boolean" ? binding[key] : undefined);
  const shared = () => ({
    cardinality: oneOf("cardinality", text("cardinality") ?? "one", ["one", "many"]),
    dataType: oneOf("dataType", text("dataType") || "string", ["string", "binary"]),
  });

  switch (binding.type) {
    case "httpTrigger":
      return {
        type: "http",
        route: (text("route") || name).replace(/^\/+|\/+$/g, ""),
        methods: (binding["methods"] as readonly string[]).map((method) => method.toUpperCase()),
        authLevel: oneOf("authLevel", required("authLevel"), ["anonymous", "function", "admin"]),
      };
    case "serviceBusTrigger": {
      if (flag("isSessionsEnabled")) throw new StartUpError("sessions are not supported here.");
      const { entity, deadLetter } = readEntity(text("queueName"), text("topicName"), () =>
        required("subscriptionName"),
      );
      const connectionName = text("connection") || "ServiceBus";
      const connection = findConnection("Service Bus", connectionName, settings);
      const autoComplete = flag("autoCompleteMessages") ?? flag("autoComplete");
      const type = "serviceBus";
      return { type, connectionName, connection, entity, deadLetter, autoComplete, ...shared() };
    }
    case "eventHubTrigger":
      return {
        type: "eventHub",
        connection: findConnection("Event Hub", text("connection") || "EventHub", settings),
        hub: required("eventHubName"),
        consumerGroup: text("consumerGroup") || "$Default",
        ...shared(),
      };
    case "queueTrigger":
      return {
        type: "queue",
        connection: findConnection("Storage queue", text("connection") || "Storage", settings),
        queueName: required("queueName"),
        ...shared(),
        cardinality: "one",
      };
    case "timerTrigger":
      return {
        type: "timer",
        schedule: required("schedule"),
        runOnStartup: flag("runOnStartup") ?? false,
        useMonitor: flag("useMonitor") ?? true,
      };
    default:
      throw new StartUpError(`trigger type '${binding.type}' is not supported here.`);
  }
}

const DEAD_LETTER_SUFFIX = /\/\$deadletterqueue$/i;

/** `q/$deadletterqueue` and `subscription/$deadletterqueue` name the sub-queue of dead letters. */
function readEntity(
  queue: string | undefined,
  topic: string | undefined,
  subscription: () => string,
): Pick<ServiceBusTrigger, "entity" | "deadLetter"> {
  if (queue) {
    const deadLetter = DEAD_LETTER_SUFFIX.test(queue);
    return { entity: { queue: queue.replace(DEAD_LETTER_SUFFIX, "") }, deadLetter };
  }
  if (!topic) throw new StartUpError("'queueName' is missing.");
  const name = subscription();
  return {
    entity: { topic, subscription: name.replace(DEAD_LETTER_SUFFIX, "") },
    deadLetter: DEAD_LETTER_SUFFIX.test(name),
  };
}

function oneOf<const T extends string>(key: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value.toLowerCase());
  if (found === undefined) throw new StartUpError(`'${key}' must be ${allowed.join(" or ")}.`);
  return found;
}

/** `AzureWebJobs.<name>.Disabled` switches a function off; a filter leaves only those that it names. */
export function isEnabled(
  name: string,
  settings: Settings,
  filter: readonly string[] | undefined,
): boolean {
  const disabled =
    settings[`AzureWebJobs.${name}.Disabled`] ?? settings[`AzureWebJobs_${name}_Disabled`];
  if (disabled !== undefined && /^(true|1)$/i.test(disabled)) return false;
  if (filter === undefined || filter.length === 0) return true;
  return filter.some((wanted) => wanted.toLowerCase() === name.toLowerCase());
}

/** Narrows a list to the functions of one kind of trigger. */
export function triggeredBy<K extends Trigger["type"]>(kind: K) {
  return (fn: HostedFunction): fn is HostedFunction<Extract<Trigger, { type: K }>> =>
    fn.trigger.type === kind;
}

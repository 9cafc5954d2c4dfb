import { AmqpError } from "../amqp/amqpError.ts";
import type { OutgoingHandler, OutgoingLink } from "../amqp/node.ts";
import type { HubPartition } from "./hub.ts";
import type { Reader } from "./partitionReaders.ts";
import { withRuntimeMetric } from "./runtimeMetric.ts";
import { parseSelector, type StartPosition } from "./startPosition.ts";

const selectorFilter = "apache.org:selector-filter:string";
const runtimeMetric = "com.microsoft:enable-receiver-runtime-metric";
/** Settled deliveries need no tag of their own. AMQP 1.0 §2.6.12 */
const sharedTag = Buffer.of(0);

/** After so many events in a row others get their turn. */
const burst = 500;

/** What readers need from outside. */
export type ReaderServices = {
  readonly now: () => number;
  /** Told of readers that start beyond the end of the log, with a checkpoint of a former life of the hub. */
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
};

type Reading = ReaderServices & {
  readonly partition: HubPartition;
  readonly consumerGroup: string;
};

/**
 * Handles a link that reads a partition for a consumer group: from the position that its filter names,
 * as fast as its credit allows, settled on sending. Throws if the readers already there keep it out.
 */
export function sendEvents(
  link: OutgoingLink,
  { partition, consumerGroup, now, log }: Reading,
): OutgoingHandler {
  const { events } = partition;
  const position = startPosition(link);
  const rewind = (count: number) => {
    next = Math.max(next - count, 0);
    pump();
  };
  const withMetric = link.desiredCapabilities.includes(runtimeMetric);
  let next = events.locate(position);
  if (events.isBeyondEnd(position)) {
    log("reader starts beyond the end", { address: link.address, position, ...events.info() });
  }
  const leave = joinReaders(link, { partition, consumerGroup, rewind });

  const pump = () => {
    next = events.resume(next);
    for (let sent = 0; link.credit() > 0; sent += 1) {
      const entry = events.at(next);
      if (!entry) return;
      if (sent === burst) {
        setImmediate(pump);
        return;
      }
      next += 1;
      const { stored } = entry;
      const last = withMetric ? events.info().last : undefined;
      link.send(last ? withRuntimeMetric(stored, last, now()) : stored.message, sharedTag);
    }
  };
  const unwatch = events.watch(pump);

  return {
    ...(withMetric && { offeredCapabilities: [runtimeMetric] }),
    onCredit: pump,
    onClose: () => {
      unwatch();
      leave();
    },
  };
}

/** The service delivers from the start to a link without a filter. */
function startPosition({ filters }: OutgoingLink): StartPosition {
  const selector = filters[selectorFilter];
  if (selector === undefined || selector === null) return { kind: "earliest" };
  const position = typeof selector === "string" ? parseSelector(selector) : undefined;
  if (position) return position;
  throw new AmqpError(
    "com.microsoft:argument-error",
    `The filter ${JSON.stringify(selector)} is not a position: expected an offset, a sequence number or an enqueued time.`,
  );
}

function joinReaders(
  link: OutgoingLink,
  {
    partition,
    consumerGroup,
    rewind,
  }: Pick<Reading, "partition" | "consumerGroup"> & Pick<Reader, "rewind">,
): () => void {
  const epoch = link.properties["com.microsoft:epoch"];
  const receiverName = link.properties["com.microsoft:receiver-name"];
  const reader: Reader = {
    name: typeof receiverName === "string" ? receiverName : link.name,
    epoch: typeof epoch === "number" ? epoch : undefined,
    rewind,
    displace: ({ condition, description }) => link.close(new AmqpError(condition, description)),
  };
  const readers = partition.readers.get(consumerGroup.toLowerCase());
  const refusal = readers?.join(reader);
  if (refusal) throw new AmqpError(refusal.condition, refusal.description);
  return () => readers?.leave(reader);
}

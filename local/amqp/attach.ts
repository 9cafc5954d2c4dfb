import rhea from "rhea";
import type { AmqpError } from "./amqpError.ts";
import type { AttachReply, LinkInfo } from "./node.ts";
import type { RheaLink, Terminus } from "./rheaInternals.ts";

/** Answers the peer's attach with its own source, target and settle modes, and what the node adds. */
export function acceptAttach(link: RheaLink, reply: AttachReply): void {
  const { local, remote } = link;
  const { attach } = local;
  attach["snd_settle_mode"] = link.snd_settle_mode;
  attach["rcv_settle_mode"] = link.rcv_settle_mode;
  attach["source"] = sourceEcho(remote.attach?.source, reply.filters);
  attach["target"] = echoOf(remote.attach?.target);
  attach["properties"] = reply.properties ?? {}; // pyamqp wants a map, if an empty one
  if (reply.maxMessageSize !== undefined) attach["max_message_size"] = reply.maxMessageSize;
  if (reply.offeredCapabilities?.length) {
    attach["offered_capabilities"] = reply.offeredCapabilities;
  }
}

/** Position of the filter among a source's fields, AMQP 1.0 §3.5.3. */
const FILTER_FIELD = 7;

function sourceEcho(source: Terminus | null | undefined, filters: AttachReply["filters"]): unknown {
  if (source && filters) source.value[FILTER_FIELD] = rhea.types.wrap_symbolic_map(filters);
  return echoOf(source);
}

/** The terminus as the peer sent it; null where it sent none (rhea gives a typed null then). */
function echoOf(terminus: Terminus | null | undefined): unknown {
  return isTerminus(terminus) ? terminus.described() : null;
}

/** False for none, and for a coordinator of transactions (AMQP 1.0 §4.5.1), which rhea does not know. */
export function isTerminus(terminus: Terminus | null | undefined): terminus is Terminus {
  return typeof terminus?.described === "function";
}

/**
 * Refuses the attach as Service Bus does: an attach whose own end is null, then a detach with the
 * reason (§2.6.3). Echoing the terminus would let the client's open succeed first.
 */
export function refuseAttach(link: RheaLink, error: AmqpError): void {
  link.local.attach["source"] = link.is_receiver() ? echoOf(link.remote.attach?.source) : null;
  link.local.attach["target"] = link.is_receiver() ? null : echoOf(link.remote.attach?.target);
  link.local.attach["properties"] = {};
  closeLink(link, error);
}

export function closeLink(link: RheaLink, error?: AmqpError): void {
  link.close(error && { condition: error.condition, description: error.message });
}

/** Takes back the attach that rhea has decided but not yet written; `link.open()` issues it later. */
export function postponeAttach(link: RheaLink): void {
  link.state.local_open = false;
  link.state.open_requests = 0;
}

export function linkInfo(
  link: RheaLink,
  address: string,
  connection: LinkInfo["connection"],
): LinkInfo {
  const { attach } = link.remote;
  const peerEnd = link.is_receiver() ? attach?.source : attach?.target;
  return {
    name: link.name,
    address,
    peerAddress: peerEnd?.address ?? undefined,
    connection,
    properties: (link.properties as Record<string, unknown> | undefined) ?? {},
    filters: plainFilters(attach?.source?.filter ?? {}),
    desiredCapabilities: [link.desired_capabilities ?? []].flat(),
    close: (error) => closeLink(link, error),
  };
}

/** Filters by key, each without the descriptor that names its kind once more. */
function plainFilters(filters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(filters).map(([key, filter]) => [key, rhea.types.unwrap(stripped(filter))]),
  );
}

function stripped(filter: unknown): unknown {
  const isDescribed = typeof filter === "object" && filter !== null && "descriptor" in filter;
  return isDescribed ? (filter as { value?: unknown }).value : filter;
}

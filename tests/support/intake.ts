import { createAcceptEvent } from "../../shared/domain/acceptEvent.ts";
import {
  createKeepDeadBody,
  createRouteEvent,
  type DeadBody,
} from "../../shared/domain/deadBody.ts";
import { orderProfile } from "../../shared/domain/orderProfile.ts";
import type { Enqueue, OrderReference } from "../../shared/domain/orderReference.ts";
import type { OrderView } from "../../shared/domain/orderView.ts";
import {
  type Acceptance,
  createFindOrder,
  createSubmitOrder,
  type KeptSubmission,
} from "../../shared/domain/submitOrder.ts";
import { createCallerOf } from "../../shared/http/caller.ts";
import { guidFromName, sha256 } from "../../shared/patterns/digest.ts";
import type { Services, Settle } from "../../shared/services.ts";
import { ORGANIZATION } from "./aChangeEvent.ts";
import { aDelivery } from "./aDelivery.ts";
import { fakeClock } from "./fakeClock.ts";

type Options = { readonly table?: string; readonly easyAuth?: boolean };

/**
 * The doors' real use-cases over memory: what was made durable can be read, and each part can be taken
 * down by name.
 */
export function memoryIntake({ table = "salesorder", easyAuth = false }: Options = {}) {
  const clock = fakeClock();
  const down = new Set<"queue" | "tables" | "blobs">();
  const assertUp = (part: "queue" | "tables" | "blobs") => {
    if (down.has(part)) throw new Error(`${part} down`);
  };
  const enqueued: OrderReference[] = [];
  const announced: DeadBody[] = [];
  const bodies = new Map<string, Uint8Array>();
  const requests = new Map<string, KeptSubmission>();
  const accepted = new Map<string, Acceptance>();
  const views = new Map<string, OrderView>();
  const processed = new Set<string>();

  const profile = orderProfile(table);
  const enqueue: Enqueue = async (references) => {
    assertUp("queue");
    enqueued.push(...references);
  };
  const source = { profile, organizationId: ORGANIZATION, now: clock.now, enqueue };
  const store = {
    keepFirst: async (name: string, submission: KeptSubmission) => {
      assertUp("tables");
      const kept = requests.get(name) ?? submission;
      requests.set(name, kept);
      return kept;
    },
    noteAccepted: async (orderId: string, acceptance: Acceptance) => {
      assertUp("tables");
      const last = accepted.get(orderId);
      if (last === undefined || last.acceptedAt <= acceptance.acceptedAt) {
        accepted.set(orderId, acceptance);
      }
    },
    lastAccepted: async (orderId: string) => {
      assertUp("tables");
      return accepted.get(orderId);
    },
  };
  const settle: Settle = (_queue, handler) => async (body, context) =>
    handler(body as Uint8Array, context, aDelivery(clock.now()));

  const services = {
    clock,
    settle,
    acceptWebhookEvent: createAcceptEvent({ ...source, door: "webhook" }),
    routeEvent: createRouteEvent(createAcceptEvent({ ...source, door: "endpoint" })),
    keepDeadBody: createKeepDeadBody({
      keepBody: async (bytes) => {
        assertUp("blobs");
        bodies.set(sha256(bytes), bytes);
        return sha256(bytes);
      },
      announce: async (body) => {
        assertUp("queue");
        announced.push(body);
      },
    }),
    submitOrder: createSubmitOrder({
      ...source,
      store,
      digest: sha256,
      guidFromName,
    }),
    findOrder: createFindOrder({
      store,
      readOrder: async (order, awaited) => {
        assertUp("tables");
        return awaited === undefined || processed.has(awaited) ? views.get(order) : undefined;
      },
    }),
    callerOf: createCallerOf({ easyAuth }),
  } satisfies Partial<Services>;

  /** All that was sent so far has been processed; the outcome is in `views`. */
  const processAll = () => {
    for (const { event } of enqueued) processed.add(event.correlationId);
  };

  return { services, clock, down, enqueued, announced, bodies, views, processAll };
}

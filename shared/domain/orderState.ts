import { z } from "zod";
import { OrderContent } from "./orderRow.ts";

const Numbered = z.object({ sequence: z.int().positive() });

export const Shortage = z.object({
  sku: z.string(),
  requested: z.string(),
  available: z.string(),
});
export type Shortage = z.infer<typeof Shortage>;

/** Results of the steps that are known to have been done; a missing one may have been done all the same. */
const Steps = z.object({
  reserve: z
    .discriminatedUnion("outcome", [
      z.object({ outcome: z.literal("reserved"), reservationId: z.string() }),
      z.object({ outcome: z.literal("short"), shortages: z.array(Shortage) }),
    ])
    .optional(),
  requestShipment: Numbered.optional(),
  requestProcurement: z.object({ requestId: z.string() }).optional(),
  writeBack: z.object({ outcome: z.string() }).optional(),
  release: z.object({ outcome: z.enum(["released", "nothing-reserved"]) }).optional(),
  cancelShipment: Numbered.optional(),
  cancelProcurement: z.object({ outcome: z.enum(["cancelled", "nothing-requested"]) }).optional(),
  retract: z.object({ outcome: z.string() }).optional(),
});
export type Steps = z.infer<typeof Steps>;

/** The version of the Dataverse row that was acted on. */
const Applied = z.object({ modifiedOn: z.int(), etag: z.string() });
export type Applied = z.infer<typeof Applied>;

export const Submission = z.object({
  key: z.string(),
  content: OrderContent,
  applied: Applied,
  steps: Steps,
});
export type Submission = z.infer<typeof Submission>;

/**
 * An order between two events. `standing` is the submission whose effects stand in the outside systems: it must be
 * undone before anything else may stand. `unfinished` when its message was given up half way, `half-undone` when that
 * happened while it was being undone: it can then only be undone further.
 */
export const OrderState = z.object({
  applied: Applied.optional(),
  /** Number of the last command sent to the warehouse; 0 before the first. */
  lastCommand: z.int().nonnegative(),
  standing: Submission.extend({
    status: z.enum(["approved", "back-ordered", "unfinished", "half-undone"]),
  }).optional(),
});
export type OrderState = z.infer<typeof OrderState>;

export const newOrder: OrderState = { lastCommand: 0 };

export const TrailEntry = z.object({ at: z.int(), step: z.string(), outcome: z.string() });
export type TrailEntry = z.infer<typeof TrailEntry>;

/** What the key at work on the order set out to do, and its trail so far. */
export const OrderWork = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("submit"),
    submission: Submission,
    /** Row version at which the order was found withdrawn: from then on the key only undoes what it did. */
    withdrawnAt: Applied.optional(),
    trail: z.array(TrailEntry),
  }),
  z.object({ kind: z.literal("withdraw"), applied: Applied, trail: z.array(TrailEntry) }),
]);
export type OrderWork = z.infer<typeof OrderWork>;

/** The row version that the work began on. */
export function actedOn(work: OrderWork): Applied {
  return work.kind === "submit" ? work.submission.applied : work.applied;
}

export const OrderResult = z.object({
  outcome: z.enum(["approved", "back-ordered", "withdrawn", "failed"]),
  orderNumber: z.string().optional(),
  /** Dead-letter reason of a failed one. */
  reason: z.string().optional(),
});
export type OrderResult = z.infer<typeof OrderResult>;

/** The idempotency record of one submission or withdrawal, kept after it ended. */
export const OrderRecord = z.object({
  key: z.string(),
  /** `modifiedOn` of the row it acted on. */
  modifiedOn: z.int(),
  endedAt: z.int(),
  result: OrderResult,
  trail: z.array(TrailEntry),
});
export type OrderRecord = z.infer<typeof OrderRecord>;

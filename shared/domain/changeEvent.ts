import { z } from "zod";
import { Guid, KeyValues, OptionalGuid } from "./dataverseValue.ts";

/** A row as an event carries it: the Target (whole, partial or only a reference) or an image. */
export const EventRow = z.object({
  Id: OptionalGuid,
  Attributes: KeyValues,
});
export type EventRow = z.infer<typeof EventRow>;

const Rows = z.array(EventRow.nullish());

const Images = KeyValues.transform((images) => [...images.values()] as z.input<typeof Rows>)
  .pipe(Rows)
  .transform((rows) => rows.filter((row) => row != null));

/** What a step's message asks for. Every other parameter, known or not, is none of our business. */
const Parameters = z.object({
  Target: EventRow.nullish(),
  /** CreateMultiple and UpdateMultiple. */
  Targets: z.object({ Entities: z.array(EventRow) }).nullish(),
  /** SetState. */
  State: z.unknown().optional(),
  Status: z.unknown().optional(),
});

const InputParameters = KeyValues.transform(
  (parameters) => Object.fromEntries(parameters) as z.input<typeof Parameters>,
).pipe(Parameters);

/**
 * Dataverse's RemoteExecutionContext, as webhooks and service endpoints post it. Only what names the
 * event is required: above 192 or 256 KB Dataverse removes parameters, images and parent. Unknown
 * members pass, and ParentContext is not read, since its shape may change with any update.
 */
export const ChangeEvent = z.object({
  OrganizationId: Guid,
  MessageName: z.string().min(1),
  PrimaryEntityName: z.string().min(1),
  PrimaryEntityId: OptionalGuid,
  CorrelationId: OptionalGuid,
  RequestId: OptionalGuid,
  OperationId: OptionalGuid,
  /** Posted by a synchronous step: the change is not committed yet and may still be rolled back. */
  IsInTransaction: z
    .boolean()
    .nullish()
    .transform((flag) => flag ?? false),
  InputParameters,
  PreEntityImages: Images,
  PostEntityImages: Images,
});
export type ChangeEvent = z.infer<typeof ChangeEvent>;

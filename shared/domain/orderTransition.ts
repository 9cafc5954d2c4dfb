import type { ChangeEvent, EventRow } from "./changeEvent.ts";
import { optionOf } from "./dataverseValue.ts";
import { isSubmitted, isWithdrawn, type OrderProfile, type RowState } from "./orderProfile.ts";

/** What an event proves about the order's state; `open` leaves it to whoever reads the row. */
export type Transition = "submitted" | "withdrawn" | "none" | "open";

/**
 * Compares the row before and after the event. A proof needs both sides: "sent in an Update" is not
 * "changed", since Dataverse also sends columns that were saved with the value they had.
 */
export function transitionOf(event: ChangeEvent, profile: OrderProfile): Transition {
  const before = mergedState(event.PreEntityImages.map(rowState));
  const after = stateAfter(event);
  const was = event.MessageName === "Create" ? false : isSubmitted(profile, before);
  if (event.MessageName === "Delete") return was === false ? "none" : "open";
  if (isEmpty(after)) return sendsOtherColumnsOnly(event) ? "none" : "open";
  const is = isSubmitted(profile, after);
  if (was !== undefined && was === is) return "none";
  if (is === true) return was === false ? "submitted" : "open";
  const taken = isWithdrawn(profile, after);
  if (is === undefined || taken === undefined) return "open";
  if (!taken) return "none"; // fulfilled or invoiced: the ordinary course
  return was === true ? "withdrawn" : "open";
}

/** An image shows the outcome; Target and SetState what was sent, which fills the columns an image lacks. */
function stateAfter({ PostEntityImages, InputParameters }: ChangeEvent): RowState {
  const { Target, State, Status } = InputParameters;
  return mergedState([
    ...PostEntityImages.map(rowState),
    ...(Target ? [rowState(Target)] : []),
    { statecode: optionOf(State), statuscode: optionOf(Status) },
  ]);
}

function rowState({ Attributes }: EventRow): RowState {
  return {
    statecode: optionOf(Attributes.get("statecode")),
    statuscode: optionOf(Attributes.get("statuscode")),
  };
}

function mergedState(states: readonly RowState[]): RowState {
  return states.reduce(
    (merged, next) => ({
      statecode: merged.statecode ?? next.statecode,
      statuscode: merged.statuscode ?? next.statuscode,
    }),
    {},
  );
}

function isEmpty({ statecode, statuscode }: RowState): boolean {
  return statecode === undefined && statuscode === undefined;
}

/** A Target that was not stripped and names no state column leaves the state as it was. */
function sendsOtherColumnsOnly({ MessageName, InputParameters }: ChangeEvent): boolean {
  const sent = InputParameters.Target?.Attributes;
  if (MessageName !== "Update" || sent === undefined || sent.size === 0) return false;
  return !sent.has("statecode") && !sent.has("statuscode");
}

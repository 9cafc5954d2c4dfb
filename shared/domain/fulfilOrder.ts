import { allBranches } from "./allBranches.ts";
import type { Shortage, Steps, Submission } from "./orderState.ts";
import type { Progress } from "./progress.ts";
import { stepKey } from "./stepKey.ts";
import type { WarehouseCommand } from "./warehouseCommand.ts";

type Reserved = NonNullable<Steps["reserve"]>;

/** Outside systems as fulfilment and its undoing need them. Each call under one key has one effect, however often it is made. */
export type FulfilmentPorts = {
  readonly inventory: {
    /** All lines or none. Throws ParkError `reservation-released` when the key was released before. */
    readonly reserve: (
      key: string,
      request: {
        readonly order: string;
        readonly submission: string;
        readonly lines: Submission["content"]["lines"];
      },
    ) => Promise<Reserved>;
    /** Closes the reservation's key for good, whether or not it has been used. */
    readonly release: (
      key: string,
      reservationKey: string,
    ) => Promise<NonNullable<Steps["release"]>>;
  };
  readonly procurement: {
    /** Throws ParkError `request-cancelled` when the key was cancelled before. */
    readonly request: (
      key: string,
      request: {
        readonly order: string;
        readonly submission: string;
        readonly shortages: readonly Shortage[];
      },
    ) => Promise<NonNullable<Steps["requestProcurement"]>>;
    /** Closes the request's key for good, whether or not it has been used. */
    readonly cancel: (
      key: string,
      requestKey: string,
    ) => Promise<NonNullable<Steps["cancelProcurement"]>>;
  };
  readonly sendCommand: (command: WarehouseCommand) => Promise<void>;
  readonly writeBack: (result: FulfilmentResult) => Promise<void>;
};

/** The row in `contoso_fulfilment`: one a submission, found by the digest of its key. */
export type FulfilmentResult = {
  readonly submission: string;
  readonly order: string;
  readonly outcome: "approved" | "back-ordered" | "withdrawn";
  readonly orderNumber: string;
  readonly total: string;
  readonly currency: string;
};

/**
 * Reserving decides: reserved → shipment requested, then approved; short → procurement told and back-ordered, neither
 * waiting for the other. Steps with a stored result are not called again.
 */
export async function fulfilOrder(
  order: string,
  submission: Submission,
  progress: Progress,
  ports: FulfilmentPorts,
): Promise<"approved" | "back-ordered"> {
  const { key, content } = submission;
  const reserved = await progress.step(submission, "reserve", () =>
    ports.inventory.reserve(stepKey(key, "reserve"), {
      order,
      submission: key,
      lines: content.lines,
    }),
  );
  const writeBack = async (outcome: "approved" | "back-ordered") => {
    await progress.step(submission, "writeBack", async () => {
      await ports.writeBack(resultOf(order, submission, outcome));
      return { outcome };
    });
    return outcome;
  };
  if (reserved.outcome === "reserved") {
    // One after the other: "approved" promises a shipment, and without its command nobody ships.
    await requestShipment(order, submission, progress, ports);
    return await writeBack("approved");
  }
  const { shortages } = reserved;
  const requestProcurement = () =>
    progress.step(submission, "requestProcurement", () =>
      ports.procurement.request(stepKey(key, "requestProcurement"), {
        order,
        submission: key,
        shortages,
      }),
    );
  await allBranches(requestProcurement, () => writeBack("back-ordered"));
  return "back-ordered";
}

export async function requestShipment(
  order: string,
  submission: Submission,
  progress: Progress,
  { sendCommand }: Pick<FulfilmentPorts, "sendCommand">,
): Promise<void> {
  await progress.command(submission, "requestShipment", (sequence) =>
    sendCommand(commandOf(order, submission, "requestShipment", sequence)),
  );
}

export function commandOf(
  order: string,
  { key, content }: Submission,
  type: WarehouseCommand["type"],
  sequence: number,
): WarehouseCommand {
  const { orderNumber, lines } = content;
  return {
    schema: 1,
    type,
    order,
    orderNumber,
    submission: key,
    sequence,
    key: stepKey(key, type),
    lines,
  };
}

export function resultOf(
  order: string,
  { key, content }: Submission,
  outcome: FulfilmentResult["outcome"],
): FulfilmentResult {
  const { orderNumber, total, currency } = content;
  return { submission: key, order, outcome, orderNumber, total, currency };
}

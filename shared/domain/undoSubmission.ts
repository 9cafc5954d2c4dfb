import { allBranches } from "./allBranches.ts";
import { commandOf, type FulfilmentPorts, requestShipment, resultOf } from "./fulfilOrder.ts";
import type { Submission } from "./orderState.ts";
import type { Progress } from "./progress.ts";
import { stepKey } from "./stepKey.ts";

/**
 * Takes a submission back: stock released, shipment cancelled or procurement told so, result rewritten. Where it is
 * not known how far the submission came, the inventory's answer tells: a shipment that may have been requested is
 * requested again under its own number first, so that numbers have neither gap nor repeat. Releasing what was never
 * reserved leaves a mark there that turns a late reserve away. Once the stock is free, the result is rewritten whether
 * or not the other side can be told yet.
 */
export async function undoSubmission(
  order: string,
  submission: Submission,
  progress: Progress,
  ports: FulfilmentPorts,
): Promise<void> {
  const shipped = await hadStock(submission, progress, ports);
  const cancelShipment = async () => {
    await requestShipment(order, submission, progress, ports);
    await progress.command(submission, "cancelShipment", (sequence) =>
      ports.sendCommand(commandOf(order, submission, "cancelShipment", sequence)),
    );
  };
  const cancelProcurement = () =>
    progress.step(submission, "cancelProcurement", () =>
      ports.procurement.cancel(
        stepKey(submission.key, "cancelProcurement"),
        stepKey(submission.key, "requestProcurement"),
      ),
    );
  const retract = () =>
    progress.step(submission, "retract", async () => {
      await ports.writeBack(resultOf(order, submission, "withdrawn"));
      return { outcome: "withdrawn" };
    });
  await allBranches(shipped ? cancelShipment : cancelProcurement, retract);
}

async function hadStock(
  submission: Submission,
  progress: Progress,
  { inventory }: FulfilmentPorts,
): Promise<boolean> {
  const reserved = submission.steps.reserve?.outcome;
  if (reserved === "short") return false;
  const { outcome } = await progress.step(submission, "release", () =>
    inventory.release(stepKey(submission.key, "release"), stepKey(submission.key, "reserve")),
  );
  return reserved === "reserved" || outcome === "released";
}

import type { Door } from "../doors/door.ts";
import { Fault, faultCodes } from "../fault.ts";
import type { Organization } from "../organization.ts";
import type { NameOf } from "./contractValue.ts";
import { remoteExecutionContext } from "./remoteExecutionContext.ts";
import type { SaveEvent } from "./saveEvent.ts";
import type { Step } from "./step.ts";
import type { StepRegistry } from "./stepRegistry.ts";
import type { SystemJobs } from "./systemJobs.ts";

type PostingOptions = {
  readonly steps: StepRegistry;
  readonly webhook: Door;
  readonly jobs: SystemJobs;
  readonly organization: Organization;
  readonly nameOf: NameOf;
  readonly newId: () => string;
};

/** Turns a save into what its webhook and service endpoint steps post. */
export function createPosting(options: PostingOptions) {
  const { steps, webhook, jobs, organization, nameOf, newId } = options;
  const postingOf = (event: SaveEvent, step: Step, operationId: string) => ({
    body: Buffer.from(remoteExecutionContext({ event, step, operationId, organization, nameOf })),
    entityName: event.table.logicalName,
    requestName: event.message,
    correlationId: event.correlationId,
  });

  return {
    /** Synchronous steps, one after the other. Throws a Fault with the first one's failure. */
    inside: async (event: SaveEvent): Promise<void> => {
      for (const step of steps.running(event, ["webhook"], "synchronous")) {
        const posted = await webhook.post(postingOf(event, step, event.requestId));
        if (posted.outcome === "delivered") continue;
        const message = `Endpoint unavailable: ${posted.message}`;
        throw new Fault(400, faultCodes.isvAborted, message);
      }
    },
    /** Asynchronous steps, each a system job of its own. */
    after: (event: SaveEvent): void => {
      for (const step of steps.running(event, ["webhook", "queue"], "asynchronous")) {
        const id = newId();
        const kind = step.kind === "queue" ? "queue" : "webhook";
        jobs.start({ id, step: step.id, kind, posting: postingOf(event, step, id) });
      }
    },
  };
}

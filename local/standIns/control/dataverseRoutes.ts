import { z } from "zod";
import type { Dataverse } from "../dataverse/dataverseStandIn.ts";
import type { App } from "../dataverse/doors/app.ts";
import { SaveScript } from "../dataverse/pipeline/saveScript.ts";
import { StepError } from "../dataverse/pipeline/stepRegistry.ts";
import { GivenEvent, postingOf } from "./givenEvent.ts";
import { ControlError, type Route } from "./route.ts";

const AppBody = z.strictObject({
  url: z.url().transform((url) => url.replace(/\/+$/, "")),
  functionKey: z.string().min(1),
});
const StepChange = z.strictObject({
  enabled: z.boolean().optional(),
  mode: z.enum(["synchronous", "asynchronous"]).optional(),
});
const Resume = z.strictObject({ times: z.int().positive().max(1_000).default(1) });

/** What an administrator of the environment can do, and the faults that only Dataverse can have. */
export function dataverseRoutes(dataverse: Dataverse, setApp: (app: App) => void): Route[] {
  const state = dataverse.state;
  return [
    {
      method: "PUT",
      path: "/dataverse/app",
      about: "{ url, functionKey } of the app that plug-in and webhook call",
      run: ({ body }) => setApp(body(AppBody)),
    },
    {
      method: "GET",
      path: "/dataverse/steps",
      about: "the registered steps",
      run: () => state().steps.list(),
    },
    {
      method: "PUT",
      path: "/dataverse/steps/:id",
      about: '{ enabled?, mode?: "synchronous" | "asynchronous" }',
      run: ({ parameter, body }) => {
        const id = parameter("id");
        try {
          const { enabled, mode } = body(StepChange);
          const step = state().steps.change(id, {
            ...(enabled !== undefined && { enabled }),
            ...(mode !== undefined && { mode }),
          });
          if (step === undefined) throw new ControlError(404, `no step ${id}`);
          return step;
        } catch (error) {
          if (!(error instanceof StepError)) throw error;
          throw new ControlError(422, error.message, { cause: error });
        }
      },
    },
    {
      method: "GET",
      path: "/dataverse/system-jobs",
      about: "runs of asynchronous steps with their attempts",
      run: () => state().jobs.list(),
    },
    {
      method: "POST",
      path: "/dataverse/system-jobs/:id/resume",
      about: "{ times? }: post the very same event again",
      run: async ({ parameter, body }) => {
        const id = parameter("id");
        const found = await state().jobs.resume(id, body(Resume).times);
        if (!found) throw new ControlError(404, `no system job ${id}`);
        return state()
          .jobs.list()
          .find((job) => job.id === id);
      },
    },
    {
      method: "PUT",
      path: "/dataverse/script",
      about: "{ rollbackAfterPost?, commitDelayMs? } of saves with a synchronous step",
      run: ({ body }) => state().script.set(body(SaveScript)),
    },
    {
      method: "POST",
      path: "/dataverse/events",
      about: '{ door: "webhook" | "queue", body, headers?, properties? }: post a given payload',
      run: ({ body }) => {
        const given = body(GivenEvent);
        return state().doors[given.door].post(postingOf(given));
      },
    },
  ];
}

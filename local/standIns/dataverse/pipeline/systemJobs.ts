import type { Time } from "../../time.ts";
import type { Attempt, Door, Posting } from "../doors/door.ts";

/** Asyncoperation states and statuses. */
const states = {
  ready: { statecode: 0, statuscode: 0 },
  waiting: { statecode: 1, statuscode: 10 },
  inProgress: { statecode: 2, statuscode: 20 },
  succeeded: { statecode: 3, statuscode: 30 },
  failed: { statecode: 3, statuscode: 31 },
  canceled: { statecode: 3, statuscode: 32 },
} as const;

type Kind = "webhook" | "queue";

/** One run of an asynchronous step. It keeps its event, so that it can be posted again as it was. */
type SystemJob = {
  readonly id: string;
  /** Id of the step. */
  readonly step: string;
  readonly kind: Kind;
  readonly posting: Posting;
  state: keyof typeof states;
  attempts: readonly Attempt[];
  message: string;
};

/** A job as it is remembered: plain JSON. One that was succeeded is not. */
export type KeptJob = Omit<SystemJob, "id" | "posting"> & {
  readonly posting: Omit<Posting, "body"> & { readonly body: string };
};

type SystemJobsOptions = {
  readonly doors: Readonly<Record<Kind, Door>>;
  readonly time: Time;
  /** Jobs by id, those of earlier processes among them. */
  readonly kept?: Map<string, KeptJob>;
  /** The first wait after the bus failed; each next one is twice as long, up to the maximum. */
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
};

const MAX_RUNS = 20;

/**
 * The asynchronous service. Jobs of different saves run side by side: their order is not kept. What an
 * earlier process has not ended is posted again, even if that process had just posted it.
 */
export function createSystemJobs({
  doors,
  time,
  kept = new Map(),
  retryBaseMs,
  retryMaxMs,
}: SystemJobsOptions) {
  const jobs = new Map<string, SystemJob>();
  const life = new AbortController();

  const keep = ({ id, ...job }: SystemJob) => {
    if (job.state === "succeeded") kept.delete(id);
    else kept.set(id, toKept(job));
  };

  const postOnce = async (job: SystemJob) => {
    job.state = "inProgress";
    const { attempts, outcome, message } = await doors[job.kind].post(job.posting);
    job.attempts = [...job.attempts, ...attempts];
    job.message = message;
    job.state = outcome === "delivered" ? "succeeded" : outcome === "failed" ? "failed" : "waiting";
    keep(job);
  };

  const run = async (job: SystemJob) => {
    for (let runs = 1; !life.signal.aborted; runs++) {
      await postOnce(job);
      if (job.state !== "waiting") return;
      if (runs === MAX_RUNS) {
        job.state = "failed";
        keep(job);
        return;
      }
      const wait = Math.min(retryBaseMs * 2 ** (runs - 1), retryMaxMs);
      await time.sleep(wait, life.signal).catch(() => undefined);
    }
    job.state = "canceled";
  };

  /** Once what happens in this turn is complete: a posting commits, and half a save must not be committed. */
  const begin = (job: SystemJob) => queueMicrotask(() => void run(job));

  for (const [id, keptJob] of kept) {
    const job = fromKept(id, keptJob);
    jobs.set(id, job);
    if (job.state !== "failed") begin(job);
  }

  return {
    start: (job: Pick<SystemJob, "id" | "step" | "kind" | "posting">) => {
      const started: SystemJob = { ...job, state: "ready", attempts: [], message: "" };
      jobs.set(job.id, started);
      keep(started);
      begin(started);
    },
    list: () =>
      [...jobs.values()].map(({ id, step, kind, state, attempts, message }) => ({
        id,
        step,
        kind,
        ...states[state],
        attempts,
        message,
      })),
    /** As an administrator does by hand: posts the very same event again, so many times. False when there is no such job. */
    resume: async (id: string, times: number): Promise<boolean> => {
      const job = jobs.get(id);
      if (job === undefined) return false;
      for (let count = 0; count < times; count++) await postOnce(job);
      return true;
    },
    /** Ends the waits between tries; nothing is posted afterwards. */
    stop: () => life.abort(),
  };
}

function toKept({ posting, ...job }: Omit<SystemJob, "id">): KeptJob {
  return { ...job, posting: { ...posting, body: posting.body.toString("base64") } };
}

function fromKept(id: string, { posting, ...job }: KeptJob): SystemJob {
  return { ...job, id, posting: { ...posting, body: Buffer.from(posting.body, "base64") } };
}

export type SystemJobs = ReturnType<typeof createSystemJobs>;

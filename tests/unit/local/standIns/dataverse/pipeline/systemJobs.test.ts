import { describe, expect, it, vi } from "vitest";
import type { Posted } from "../../../../../../local/standIns/dataverse/doors/door.ts";
import { createSystemJobs } from "../../../../../../local/standIns/dataverse/pipeline/systemJobs.ts";
import { fakeClock } from "../../../../../support/fakeClock.ts";

const start = 0;
const posting = {
  body: Buffer.from("{}"),
  entityName: "salesorder",
  requestName: "Update",
  correlationId: "c",
};

function jobsPosting(outcomes: Posted["outcome"][]) {
  const clock = fakeClock(start);
  const posts: { at: number; body: Buffer }[] = [];
  const door = {
    post: async ({ body }: { body: Buffer }): Promise<Posted> => {
      posts.push({ at: clock.now(), body });
      const outcome = outcomes.shift() ?? "delivered";
      return { attempts: [{ at: clock.now(), status: outcome }], outcome, message: outcome };
    },
  };
  const jobs = createSystemJobs({
    doors: { webhook: door, queue: door },
    time: clock,
    retryBaseMs: 100,
    retryMaxMs: 300,
  });
  const begin = () => jobs.start({ id: "j1", step: "s1", kind: "queue", posting });
  const settled = (statuscode: number) =>
    vi.waitFor(() => expect(jobs.list()[0]).toMatchObject({ statuscode }));
  return { jobs, clock, posts, begin, settled };
}

describe("system jobs", () => {
  it("are succeeded once delivered", async () => {
    const { jobs, begin, settled } = jobsPosting(["delivered"]);

    begin();

    await settled(30);
    expect(jobs.list()).toEqual([
      {
        id: "j1",
        step: "s1",
        kind: "queue",
        statecode: 3,
        statuscode: 30,
        attempts: [{ at: start, status: "delivered" }],
        message: "delivered",
      },
    ]);
  });

  it("are failed at once where another try would be in vain", async () => {
    const { posts, begin, settled } = jobsPosting(["failed"]);

    begin();

    await settled(31);
    expect(posts).toHaveLength(1);
  });

  it("wait between tries, each time longer, up to the maximum", async () => {
    const { clock, posts, begin, settled } = jobsPosting(Array(4).fill("retry-later"));

    begin();
    for (const [index, wait] of [100, 200, 300, 300].entries()) {
      await settled(10);
      await vi.waitFor(() => expect(posts).toHaveLength(index + 1));
      await Promise.resolve();
      clock.advance(wait - 1);
      await Promise.resolve();
      expect(posts).toHaveLength(index + 1);
      clock.advance(1);
      await vi.waitFor(() => expect(posts).toHaveLength(index + 2));
    }

    await settled(30);
    expect(posts.map(({ at }) => at)).toEqual([0, 100, 300, 600, 900]);
  });

  it("post the very same bytes again when resumed", async () => {
    const { jobs, posts, begin, settled } = jobsPosting([]);
    begin();
    await settled(30);

    const found = await jobs.resume("j1", 2);

    expect(found).toBe(true);
    expect(posts.map(({ body }) => body)).toEqual([posting.body, posting.body, posting.body]);
  });

  it("do not know a job that never was", async () => {
    const { jobs } = jobsPosting([]);

    await expect(jobs.resume("other", 1)).resolves.toBe(false);
  });

  it("are cancelled while they wait when the environment ends", async () => {
    const { jobs, posts, begin, settled } = jobsPosting(["retry-later"]);
    begin();
    await settled(10);

    jobs.stop();

    await settled(32);
    expect(posts).toHaveLength(1);
  });
});

import type { Time } from "../../time.ts";
import type { Organization } from "../organization.ts";
import type { App, CurrentApp } from "./app.ts";
import type { Attempt, Door, Posted, Posting } from "./door.ts";
import { type PostResult, post } from "./post.ts";
import { withinSize } from "./sizeLimit.ts";

const SIZE_LIMIT_BYTES = 256 * 1024;
/** The only answers that are tried once more; a timeout, a refused connection, 429 and 500 are not. */
const triedAgain = [502, 503, 504];

/** So in the first seconds: the app starts after the stand-ins. */
const NO_APP = "the webhook's address is not known yet";

type WebhookOptions = {
  readonly app: CurrentApp;
  readonly organization: Organization;
  readonly time: Time;
  readonly timeoutMs: number;
  readonly retryDelayMs: number;
};

/** Posts to the app's webhook. Only the status counts; the answer's body is never read. */
export function createWebhookDoor(options: WebhookOptions): Door {
  const { app, time, retryDelayMs } = options;
  return {
    post: async (posting) => {
      const target = app();
      if (target === undefined) return { attempts: [], outcome: "retry-later", message: NO_APP };
      const first = await attempt(options, target, posting);
      if (!triedAgain.includes(Number(first.status))) return judge([first]);
      await time.sleep(retryDelayMs);
      return judge([first, await attempt(options, target, posting)]);
    },
  };
}

async function attempt(
  { organization, time, timeoutMs }: WebhookOptions,
  { url, functionKey }: App,
  posting: Posting,
): Promise<Attempt> {
  const at = time.now();
  const { body, stripped } = withinSize(posting, SIZE_LIMIT_BYTES);
  const result = await post({
    url: `${url}/api/webhooks/dataverse`,
    headers: {
      "content-type": "application/json",
      "x-ms-dynamics-organization": organization.host,
      "x-ms-dynamics-entity-name": posting.entityName,
      "x-ms-dynamics-request-name": posting.requestName,
      "x-ms-correlation-request-id": posting.correlationId,
      ...(stripped && { "x-ms-dynamics-msg-size-exceeded": "true" }),
      "x-functions-key": functionKey,
      ...posting.extra,
    },
    body,
    timeoutMs,
  });
  return { at, status: statusOf(result) };
}

function statusOf(result: PostResult): number | string {
  return result.kind === "answered" ? result.status : result.kind;
}

function judge(attempts: readonly Attempt[]): Posted {
  const status = attempts.at(-1)?.status;
  const delivered = typeof status === "number" && status >= 200 && status < 300;
  if (!delivered) return failed(attempts, `the webhook answered ${String(status)}`);
  return { attempts, outcome: "delivered", message: "" };
}

function failed(attempts: readonly Attempt[], message: string): Posted {
  return { attempts, outcome: "failed", message };
}

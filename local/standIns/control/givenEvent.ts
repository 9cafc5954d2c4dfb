import { z } from "zod";
import type { Posting } from "../dataverse/doors/door.ts";

/** A payload given by hand, sound or not, to go out as if a step had posted it. */
export const GivenEvent = z.strictObject({
  door: z.enum(["webhook", "queue"]),
  body: z.string(),
  /** Of the body: `base64` carries bytes that are no UTF-8. */
  encoding: z.enum(["utf8", "base64"]).default("utf8"),
  headers: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.string()).optional(),
});

const Named = z.object({
  PrimaryEntityName: z.string().catch(""),
  MessageName: z.string().catch(""),
  CorrelationId: z.string().catch(""),
});
const unnamed: z.infer<typeof Named> = {
  PrimaryEntityName: "",
  MessageName: "",
  CorrelationId: "",
};

/** Headers and properties say what the body says, as far as it can be read. */
export function postingOf(given: z.infer<typeof GivenEvent>): Posting {
  const body = Buffer.from(given.body, given.encoding);
  const { PrimaryEntityName, MessageName, CorrelationId } = read(body);
  return {
    body,
    verbatim: true,
    entityName: PrimaryEntityName,
    requestName: MessageName,
    correlationId: CorrelationId,
    extra: given.door === "webhook" ? given.headers : given.properties,
  };
}

function read(body: Buffer): z.infer<typeof Named> {
  try {
    return Named.safeParse(JSON.parse(body.toString())).data ?? unnamed;
  } catch {
    return unnamed;
  }
}

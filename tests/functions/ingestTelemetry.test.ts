import { describe, expect, it } from "vitest";
import { registerIngestTelemetry } from "../../functions/ingestTelemetry.ts";
import { createIngestTelemetry, type SendSeries } from "../../shared/domain/ingestTelemetry.ts";
import type { TelemetrySeries } from "../../shared/domain/telemetryEvent.ts";
import { callHttp } from "../support/httpCall.ts";
import { recordingApp } from "../support/recordingApp.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const latenessMs = 3_600_000;
const aheadMs = 300_000;
const reading = { value: 21.5, at: "2026-11-23T13:00:00.250+01:00" };
const body = { metric: "oven.celsius", key: "oven-7", readings: [reading] };

function aDoor(send?: SendSeries) {
  const sent: TelemetrySeries[] = [];
  const app = recordingApp();
  registerIngestTelemetry(app, {
    ingestTelemetry: createIngestTelemetry({
      send: async (series) => {
        await send?.(series);
        sent.push(series);
      },
      now: () => now,
      latenessMs,
      aheadMs,
    }),
  });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    callHttp(app, "ingestTelemetry", { body, headers });
  return { app, sent, post };
}

it("listens on POST telemetry with a key", () => {
  expect(aDoor().app.https.get("ingestTelemetry")).toMatchObject({
    methods: ["POST"],
    route: "telemetry",
    authLevel: "function",
  });
});

it("answers 202 once the hub has taken the readings, as decimal text and epoch milliseconds", async () => {
  const { post, sent } = aDoor();

  const answer = await post({ ...body, readings: [reading, { ...reading, value: "1249.5000" }] });

  expect(answer).toMatchObject({ status: 202, json: { accepted: 2 } });
  expect(sent).toEqual([
    {
      metric: "oven.celsius",
      key: "oven-7",
      readings: [
        { value: "21.5", at: now + 250 },
        { value: "1249.5000", at: now + 250 },
      ],
    },
  ]);
});

it("keeps the digits of a number that a double would lose", async () => {
  const { post, sent } = aDoor();

  const text = JSON.stringify(body).replace("21.5", "9007199254740993.10");
  await post(text, { "content-type": "application/json" });

  expect(sent[0]?.readings[0]?.value).toBe("9007199254740993.10");
});

it("answers 503 with Retry-After when the hub does not take them", async () => {
  const { post } = aDoor(() => Promise.reject(new Error("the hub is down")));

  const answer = await post(body);

  expect(answer).toMatchObject({ status: 503, json: { code: "unavailable" } });
  expect(answer.headers.get("retry-after")).toBe("5");
});

describe("bad input is refused with problem details and nothing is sent:", () => {
  const json = { "content-type": "application/json" };
  it.each([
    ["no content type", JSON.stringify(body), {}, 415, "unsupported-media-type"],
    ["no body", "", json, 400, "malformed-json"],
    ["truncated JSON", JSON.stringify(body).slice(0, -1), json, 400, "malformed-json"],
    ["invalid UTF-8", new Uint8Array([0x22, 0xff, 0x22]), json, 400, "invalid-utf8"],
    ["5,000 levels", "[".repeat(5_000), json, 400, "too-deep"],
    ["a huge body", `"${"a".repeat(70_000)}"`, json, 413, "too-large"],
    ["a bare list", [body], {}, 422, "invalid"],
  ] as const)("%s", async (_what, input, headers, status, code) => {
    const { post, sent } = aDoor();

    const answer = await post(input, headers);

    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.json).toMatchObject({ status, code });
    expect(sent).toEqual([]);
  });

  it.each(["metric", "key"] as const)("a number as %s, however it is written", async (name) => {
    const { post, sent } = aDoor();

    const answer = await post(
      JSON.stringify({ ...body, [name]: "1.50" }).replace('"1.50"', "1.50"),
      json,
    );

    expect(answer.json).toMatchObject({ status: 422, code: "invalid", field: name });
    expect(sent).toEqual([]);
  });

  const readings = (...parts: object[]) => ({
    ...body,
    readings: parts.map((part) => ({ ...reading, ...part })),
  });
  const ago = (ms: number) => new Date(now - ms).toISOString();
  it.each([
    ["unit", { ...body, unit: "C" }],
    ["metric", { ...body, metric: undefined }],
    ["key", { ...body, key: "k".repeat(201) }],
    ["key", { ...body, key: "a\u0000b" }],
    ["readings", { ...body, readings: [] }],
    ["readings", { ...body, readings: Array.from({ length: 501 }, () => reading) }],
    ["readings[0].metric", readings({ metric: "another" })],
    ["readings[1].value", readings({}, { value: "1e3" })],
    ["readings[1].at", readings({}, { at: now })],
    ["readings[1].at", readings({}, { at: "2026-11-23T12:00:00" })],
    ["readings[1].at", readings({ at: ago(latenessMs) }, { at: ago(latenessMs + 1) })],
    ["readings[1].at", readings({ at: ago(-aheadMs) }, { at: ago(-aheadMs - 1) })],
  ])("naming %s", async (field, input) => {
    const { post, sent } = aDoor();

    const answer = await post(input);

    expect(answer.json).toMatchObject({ status: 422, field });
    expect(sent).toEqual([]);
  });
});

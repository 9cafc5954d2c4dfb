import { expect, test } from "vitest";
import { parseTimeSpanMs } from "../../../../local/host/timeSpan.ts";

test.each([
  ["00:00:01", 1_000],
  ["01:30", 5_400_000],
  ["1.02:03:04.5", 93_784_500],
  ["-00:00:01", -1_000],
])("%s is %i ms", (text, ms) => {
  expect(parseTimeSpanMs(text)).toBe(ms);
});

test.each(["", "5", "24:00:00", "00:60:00", "00:00:60", "5 minutes"])("%s is none", (text) => {
  expect(parseTimeSpanMs(text)).toBeUndefined();
});

import { describe, expect, it } from "vitest";
import { parseIsoDuration } from "../../../local/isoDuration.ts";

describe("parseIsoDuration", () => {
  it.each([
    ["PT5S", 5_000],
    ["PT0.25S", 250],
    ["PT1M", 60_000],
    ["PT1H", 3_600_000],
    ["P14D", 1_209_600_000],
    ["P1DT2H3M4.5S", 93_784_500],
    ["PT0S", 0],
  ])("reads %s as %d ms", (text, expected) => {
    const actual = parseIsoDuration(text);

    expect(actual).toBe(expected);
  });

  it.each(["", "P", "PT", "P1DT", "P1M", "P1Y", "1M", "PT1", "pt1m", "PT-1S", "PT1M2H"])(
    "refuses %j",
    (text) => {
      const actual = parseIsoDuration(text);

      expect(actual).toBeUndefined();
    },
  );
});

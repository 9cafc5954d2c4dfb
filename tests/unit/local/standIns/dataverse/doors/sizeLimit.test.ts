import { describe, expect, it } from "vitest";
import { withinSize } from "../../../../../../local/standIns/dataverse/doors/sizeLimit.ts";

const event = (note: string) =>
  Buffer.from(
    JSON.stringify({
      InputParameters: [{ key: "Target", value: note }],
      ParentContext: {},
      PostEntityImages: [],
      PreEntityImages: [],
      PrimaryEntityId: "1",
      SharedVariables: [{ key: "tag", value: note.slice(0, 8) }],
    }),
  );

describe("withinSize", () => {
  it("lets a body of exactly the limit pass whole", () => {
    const body = event("x");

    const result = withinSize({ body }, body.byteLength);

    expect(result).toEqual({ body, stripped: false });
  });

  it("takes the four large members off a body that is one byte too long, and nothing else", () => {
    const body = event("x");

    const result = withinSize({ body }, body.byteLength - 1);

    const left: unknown = JSON.parse(result.body.toString());
    expect(result.stripped).toBe(true);
    expect(left).toEqual({ PrimaryEntityId: "1", SharedVariables: [{ key: "tag", value: "x" }] });
  });

  it("counts bytes, not characters", () => {
    const body = event("€".repeat(100));

    const { stripped } = withinSize({ body }, body.toString().length);

    expect(stripped).toBe(true);
  });

  it("leaves a body that was given by hand as it is", () => {
    const body = Buffer.from("no JSON at all");

    const result = withinSize({ body, verbatim: true }, 1);

    expect(result).toEqual({ body, stripped: false });
  });
});

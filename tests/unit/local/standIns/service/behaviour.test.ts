import { describe, expect, it } from "vitest";
import { Behaviour, createScript } from "../../../../../local/standIns/service/behaviour.ts";

describe("the script of a stand-in", () => {
  it("is well behaved at first", () => {
    const script = createScript();

    expect(script.take()).toEqual({ mode: "ok" });
  });

  it("is well again after as many calls as were named", () => {
    const script = createScript();
    script.set({ mode: "failing", status: 500, times: 2 });

    const modes = [script.take(), script.take(), script.take()].map(({ mode }) => mode);

    expect(modes).toEqual(["failing", "failing", "ok"]);
  });

  it("goes on until told otherwise when no number is named", () => {
    const script = createScript();
    script.set({ mode: "failing", status: 500, times: 1 });
    script.set({ mode: "hanging" });

    const modes = Array.from({ length: 50 }, () => script.take().mode);

    expect(new Set(modes)).toEqual(new Set(["hanging"]));
  });

  it("fails with 503 unless another status is named", () => {
    const parsed = Behaviour.parse({ mode: "failing" });

    expect(parsed).toEqual({ mode: "failing", status: 503 });
  });

  it.each([
    { mode: "sulking" },
    { mode: "slow" },
    { mode: "ok", times: 1 },
    { mode: "failing", status: 200 },
  ])("does not know %j", (behaviour) => {
    const { success } = Behaviour.safeParse(behaviour);

    expect(success).toBe(false);
  });
});

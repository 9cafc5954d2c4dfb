import { defineConfig } from "vitest/config";

/** One project a kind of test; `expect.requireAssertions` makes a test that asserts nothing fail. */
const project = (name: string, timeoutMs: number) => ({
  extends: true as const,
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    expect: { requireAssertions: true },
    // No test may rest on its neighbours; the seed is printed, `--sequence.seed N` repeats an order.
    sequence: { shuffle: true },
    // Most of them wait for something most of the time; by default one core would stay idle.
    maxWorkers: "100%",
    projects: [
      project("unit", 20_000),
      project("functions", 20_000),
      project("conformance", 30_000),
      project("scenarios", 120_000),
    ],
  },
});

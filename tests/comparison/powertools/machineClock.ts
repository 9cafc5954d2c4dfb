import { mock } from "node:test";

/** For code that reads the machine's clock itself: it stands still but for `advance`. Timers go on as ever. */
export function holdMachineClock() {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  return {
    advance: (ms: number) => mock.timers.tick(ms),
    release: () => mock.timers.reset(),
  };
}

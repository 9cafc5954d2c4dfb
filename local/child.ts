/**
 * The contract between the supervisor and each of its processes, over Node's IPC channel, since
 * SIGTERM kills at once on Windows: `start` with options → `ready` with info, or `failed`; `stop` → exit 0.
 * A child whose parent dies stops by itself.
 */
export type ToChild<Options> = { type: "start"; options: Options } | { type: "stop" };
export type FromChild<Info> = { type: "ready"; info: Info } | { type: "failed"; message: string };

export type Running<Info> = { readonly info: Info; readonly stop: () => Promise<void> };

/** Runs `start` once the supervisor says so, and stops it when told, orphaned or interrupted. */
export function serveChild<Options, Info>(
  start: (options: Options) => Promise<Running<Info>>,
): void {
  let running: Promise<Running<Info>> | undefined;
  let stopping = false;

  const stop = async () => {
    if (stopping) return;
    stopping = true;
    try {
      await (await running)?.stop();
    } finally {
      process.exit();
    }
  };
  const tell = (message: FromChild<Info>) => process.send?.(message);

  process.on("message", (message: ToChild<Options>) => {
    if (message.type === "stop") {
      void stop();
      return;
    }
    running = start(message.options);
    running.then(
      ({ info }) => tell({ type: "ready", info }),
      (error: unknown) => {
        tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
        process.exitCode = 1;
        process.disconnect?.();
      },
    );
  });
  process.on("disconnect", () => void stop());
  // Ctrl-C reaches the whole process group; the supervisor decides the order of stopping.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => void stop());
}
